import { name, owner, tokenOf } from './sample.ts';
import type { Sandbox } from './sandbox.ts';

/** Where everything is, and how to go on by hand: for `npm run demo -- --keep`. */
export function demoAddresses(world: Sandbox): string {
  const { forge, fairlead, clusters } = world;
  const token = tokenOf('ada');
  const clone = forge.url.replace('://', `://ada:${token}@`);
  const kubectl = Object.values(clusters)[0]?.tools.kubectl ?? 'kubectl';
  return `
Everything goes on running until Ctrl-C.

  Fairlead    ${fairlead.url}  (/healthz, /readyz, /metrics; log ${fairlead.log})
  GitHub      ${forge.url}  (its API and git, no pages; Ada's token: ${token}, Grace's: ${tokenOf('grace')})
${Object.values(clusters)
  .map((cluster) => `  ${cluster.name.padEnd(10)}  KUBECONFIG=${cluster.adminKubeconfig} ${kubectl} get all -A`)
  .join('\n')}

The next pull request, with plain git and curl (and node, to read what GitHub answers):

  git clone ${clone}/${owner}/${name}.git && cd ${name}
  git switch -c greeting && sed -i 's/GREETING: .*/GREETING: Hello/' deploy/base/settings.yaml
  git -c user.name=Ada -c user.email=ada@example.com commit -qam 'Greet shorter' && git push -q origin greeting

  shop=${forge.url}/repos/${owner}/${name}
  ada='Authorization: Bearer ${token}'; grace='Authorization: Bearer ${tokenOf('grace')}'
  pick() { node -pe "const it = JSON.parse(fs.readFileSync(0)); $1"; }

  # Ada opens it, and reads what Fairlead says: its comment, its check runs
  curl -s -H "$ada" $shop/pulls -d '{"title": "Greet shorter", "head": "greeting", "base": "main"}' | pick it.number
  curl -s -H "$ada" $shop/issues/3/comments | pick 'it.map(({ body }) => body).join("\\n\\n")'
  curl -s -H "$ada" $shop/commits/greeting/check-runs | pick 'it.check_runs.map((run) => [run.name, run.conclusion, run.output.title])'

  # Grace gives a command (/plan, /confirm, /sync staging), merges, and looks where it got
  curl -s -H "$grace" $shop/issues/3/comments -d '{"body": "/plan"}' | pick it.body
  curl -s -H "$grace" -X PUT $shop/pulls/3/merge | pick it.message
  curl -s -H "$grace" $shop/commits/main/status | pick 'it.statuses.map((one) => [one.context, one.state, one.description])'

Nothing is pulled here: an image with the tag broken cannot be had, and one with the tag crashing ends as soon as it starts.
To see a release diverge, open one with web:broken.
`;
}
