import { name, owner, tokenOf } from './sample.ts';
import type { Sandbox } from './sandbox.ts';

/** Where everything is, and how to go on by hand: for `npm run demo -- --keep`. */
export function demoAddresses(world: Sandbox): string {
  const { forge, fairlead, clusters, operatorFile } = world;
  const token = tokenOf('ada');
  const clone = forge.url.replace('://', `://ada:${token}@`);
  const kubectl = Object.values(clusters)[0]?.tools.kubectl ?? 'kubectl';
  return `
Everything goes on running until Ctrl-C.

  Fairlead    ${fairlead.url}  (/healthz, /readyz, /metrics; log ${fairlead.log})
  GitHub      ${forge.url}  (its API and git, no pages, no forks; Ada's token: ${token}, Grace's: ${tokenOf('grace')}, Eve's, who only reads: ${tokenOf('eve')})
${Object.values(clusters)
  .map((cluster) => `  ${cluster.name.padEnd(10)}  KUBECONFIG=${cluster.adminKubeconfig} ${kubectl} get all -A`)
  .join('\n')}
  operator    ${operatorFile}  (who may deploy what where; read at start. It allows one environment more than are
              declared: qa on cluster staging, namespace shop-qa, which is there)

The next pull request, with plain git and curl (and node, to read what GitHub answers):

  git clone ${clone}/${owner}/${name}.git && cd ${name}
  git switch -c greeting && sed -i 's/GREETING: .*/GREETING: Hello/' deploy/base/settings.yaml
  git -c user.name=Ada -c user.email=ada@example.com commit -qam 'Greet shorter' && git push -q origin greeting

  shop=${forge.url}/repos/${owner}/${name}
  ada='Authorization: Bearer ${token}'; grace='Authorization: Bearer ${tokenOf('grace')}'
  pick() { node -pe "const it = JSON.parse(fs.readFileSync(0)); $1"; }

  planned() { curl -s -H "$ada" $shop/commits/$1/check-runs | pick 'it.check_runs.some((run) => run.name === "fairlead/plan" && run.conclusion !== null)'; }
  released() { curl -s -H "$ada" $shop/commits/$1/status | pick 'it.statuses.length > 0 && it.state !== "pending"'; }
  wait_for() { until [ "$("$@")" = true ]; do sleep 1; done; }

  # Ada opens it, and, as soon as it is planned (a few seconds), reads what Fairlead says: its comment, its check runs
  curl -s -H "$ada" $shop/pulls -d '{"title": "Greet shorter", "head": "greeting", "base": "main"}' | pick it.number
  wait_for planned greeting
  curl -s -H "$ada" $shop/issues/3/comments | pick 'it.map(({ body }) => body).join("\\n\\n")'
  curl -s -H "$ada" $shop/commits/greeting/check-runs | pick 'it.check_runs.map((run) => [run.name, run.conclusion, run.output.title])'

  # Grace gives a command (/plan, /confirm, /sync staging), merges, and looks where it got
  curl -s -H "$grace" $shop/issues/3/comments -d '{"body": "/plan"}' | pick it.body
  curl -s -H "$grace" -X PUT $shop/pulls/3/merge | pick it.message
  wait_for released main
  curl -s -H "$grace" $shop/commits/main/status | pick 'it.statuses.map((one) => [one.context, one.state, one.description])'

Nothing is pulled here: an image with the tag broken cannot be had, and one with the tag crashing ends as soon as it starts.
To see a release diverge, open one with web:broken.
`;
}
