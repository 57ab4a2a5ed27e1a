import type { AllowRule, ClusterEntry } from '../../domain/allowance.ts';
import type { Problem } from '../../domain/rendering.ts';
import { readYamlFile, type YamlPlace } from '../yaml/place.ts';
import { readKindOfGroup } from './kind-name.ts';
import { isLabel } from './label.ts';

export type OperatorFileResult =
  | { readonly kind: 'clusters'; readonly clusters: readonly ClusterEntry[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/**
 * The operator's file (`FAIRLEAD_CLUSTERS`), or everything that is wrong with it. Nothing in it is guessed: it says who
 * may deploy what where.
 */
export function parseOperatorFile(text: string, file: string): OperatorFileResult {
  const { place, problems } = readYamlFile(text, file);
  if (place === null) return { kind: 'problems', problems };
  const listed = place.members(['clusters'])('clusters');
  if (listed.isAbsent) place.complain('The file names clusters: `clusters: { production: { … } }`.');
  const clusters = listed.entries().map(([name, at]) => readCluster(name, at));
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'clusters', clusters };
}

function readCluster(name: string, at: YamlPlace): ClusterEntry {
  if (!isLabel(name)) at.complain('A cluster’s name is at most 63 lower-case letters, digits and hyphens.');
  const member = at.members(['kubeconfig', 'context', 'ledgers', 'allow']);
  const optional = (key: 'kubeconfig' | 'context' | 'ledgers', what: string): string | null =>
    member(key).isAbsent ? null : member(key).text(what);
  const ledgers = optional('ledgers', 'The name of a namespace') ?? 'fairlead';
  if (!isLabel(ledgers)) member('ledgers').complain('The name of a namespace is expected here.');
  return {
    name,
    kubeconfig: optional('kubeconfig', 'The path of a kubeconfig'),
    context: optional('context', 'The name of a context of the kubeconfig'),
    ledgers,
    allow: (member('allow').items() ?? []).map((rule) => readRule(rule, ledgers)),
  };
}

function readRule(at: YamlPlace, ledgers: string): AllowRule {
  const member = at.members(['repository', 'environments', 'refs', 'namespaces', 'clusterScoped', 'impersonate']);
  const names = (key: 'environments' | 'refs' | 'namespaces', what: string): readonly string[] =>
    (member(key).items() ?? []).flatMap((item) => {
      const name = item.text(what);
      if (name?.includes('*')) item.complain('Each name is written out: there are no patterns.');
      if (key === 'namespaces' && name === ledgers) {
        item.complain('The ledgers are in this namespace: whoever deploys into it could change what may be deleted.');
      }
      return name ?? [];
    });
  const required = (key: 'environments' | 'namespaces', what: string): readonly string[] => {
    if (member(key).isAbsent) member(key).complain(`A list is expected here: which ${key} this repository may use.`);
    return names(key, what);
  };
  return {
    repository: readRepository(member('repository')),
    environments: required('environments', 'The name of an environment'),
    refs: member('refs').isAbsent ? null : names('refs', 'The name of a branch'),
    namespaces: required('namespaces', 'The name of a namespace'),
    clusterScoped: (member('clusterScoped').items() ?? []).map(readKindOfGroup),
    impersonate: readImpersonate(member('impersonate')),
  };
}

function readRepository(at: YamlPlace): string {
  const repository = at.text('A repository (`owner/name`)');
  if (repository !== null && !/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    at.complain('One repository is expected here, written `owner/name`.');
  }
  return repository ?? '';
}

function readImpersonate(at: YamlPlace): string | null {
  // To do without is a decision, so it has to be written.
  const user = at.text('The user to act as (`system:serviceaccount:NAMESPACE:NAME`), or `none`,');
  return user === 'none' ? null : user;
}
