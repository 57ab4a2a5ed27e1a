import { name, owner, tokenOf } from './sample.ts';
import type { World } from './world.ts';

/** Where everything is, and how to go on by hand: for `npm run demo -- --keep`. */
export function demoAddresses(world: World): string {
  const { forge, fairlead, clusters } = world;
  const token = tokenOf('ada');
  const clone = forge.url.replace('://', `://ada:${token}@`);
  const kubectl = Object.values(clusters)[0]?.tools.kubectl ?? 'kubectl';
  return `
Everything goes on running until Ctrl-C.

  Fairlead    ${fairlead.url}  (/readyz, /metrics; log ${fairlead.log})
  GitHub      ${forge.url}  (Ada's token: ${token}, Grace's: ${tokenOf('grace')})
${Object.values(clusters)
  .map((cluster) => `  ${cluster.name.padEnd(10)}  KUBECONFIG=${cluster.adminKubeconfig} ${kubectl} get all -A`)
  .join('\n')}

The next pull request, with plain git and curl:

  git clone ${clone}/${owner}/${name}.git && cd ${name}
  git switch -c greeting && sed -i 's/GREETING: .*/GREETING: Hello/' deploy/base/settings.yaml
  git -c user.name=Ada -c user.email=ada@example.com commit -qam 'Greet shorter' && git push -q origin greeting
  curl -s -H 'Authorization: Bearer ${token}' ${forge.url}/repos/${owner}/${name}/pulls \\
    -d '{"title": "Greet shorter", "head": "greeting", "base": "main"}'
  curl -s -H 'Authorization: Bearer ${token}' ${forge.url}/repos/${owner}/${name}/issues/3/comments     # what Fairlead says
  curl -s -X PUT -H 'Authorization: Bearer ${tokenOf('grace')}' ${forge.url}/repos/${owner}/${name}/pulls/3/merge
  curl -s -H 'Authorization: Bearer ${token}' ${forge.url}/repos/${owner}/${name}/commits/main/status  # where it got
`;
}
