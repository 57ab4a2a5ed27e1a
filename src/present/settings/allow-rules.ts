import type { Environment } from '../../domain/environment.ts';
import { clip } from '../text/visible-text.ts';

/**
 * The lines of the operator's file that would allow these environments as their settings have them. Whom to act as is
 * the operator's choice: the service account `fairlead` of the namespace is a proposal.
 */
export function allowRules(
  environments: readonly Environment[],
  of: { readonly repository: string; readonly defaultBranch: string },
): string {
  const clusters = Map.groupBy(environments, ({ cluster }) => cluster);
  const lines = [...clusters].flatMap(([cluster, here]) => [
    `  ${cluster}:`,
    '    allow:',
    ...here.flatMap((environment) => allowRule(environment, of)),
  ]);
  return ['clusters:', ...lines].join('\n');
}

function allowRule(
  { name, namespace, follow }: Environment,
  { repository, defaultBranch }: { readonly repository: string; readonly defaultBranch: string },
): readonly string[] {
  return [
    `      - repository: ${repository}`,
    `        environments: [${name}]`,
    // A branch may be called anything; JSON is YAML.
    ...(follow.branch === defaultBranch ? [] : [`        refs: [${clip(JSON.stringify(follow.branch), 300)}]`]),
    `        namespaces: [${namespace}]`,
    `        impersonate: system:serviceaccount:${namespace}:fairlead   # whom Fairlead acts as there`,
  ];
}
