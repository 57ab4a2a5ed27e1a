import { describe, expect, it } from 'vitest';
import { parseOperatorFile } from '../../../src/plan/settings/operator-file.ts';

function problems(text: string): readonly (readonly [number | null, string | null])[] {
  const result = parseOperatorFile(text, 'clusters.yaml');
  return result.kind === 'problems' ? result.problems.map(({ line, path }) => [line, path] as const) : [];
}

const rule = { repository: 'acme/shop', environments: ['a'], namespaces: ['shop'], impersonate: 'none' };
const withRule = (change: Record<string, unknown>) =>
  JSON.stringify({ clusters: { one: { allow: [{ ...rule, ...change }] } } });

describe('the operator’s file', () => {
  it('names clusters, how to reach them, and who may deploy what where', () => {
    const text = `clusters:
  production:
    kubeconfig: /etc/fairlead/production.kubeconfig
    context: production
    ledgers: ledgers
    allow:
      - repository: Acme/shop.js
        environments: [production]
        refs: [main]
        namespaces: [shop]
        clusterScoped: [Namespace, ClusterPolicy.kyverno.io]
        impersonate: system:serviceaccount:shop:fairlead
  staging:
    allow:
      - { repository: acme/shop, environments: [staging], namespaces: [shop], impersonate: none }
  idle: {}
`;
    expect(parseOperatorFile(text, 'clusters.yaml')).toEqual({
      kind: 'clusters',
      clusters: [
        {
          name: 'production',
          kubeconfig: '/etc/fairlead/production.kubeconfig',
          context: 'production',
          ledgers: 'ledgers',
          allow: [
            {
              repository: 'Acme/shop.js',
              environments: ['production'],
              refs: ['main'],
              namespaces: ['shop'],
              clusterScoped: ['Namespace', 'ClusterPolicy.kyverno.io'],
              impersonate: 'system:serviceaccount:shop:fairlead',
            },
          ],
        },
        {
          name: 'staging',
          kubeconfig: null,
          context: null,
          ledgers: 'fairlead',
          allow: [
            {
              repository: 'acme/shop',
              environments: ['staging'],
              refs: null,
              namespaces: ['shop'],
              clusterScoped: [],
              impersonate: null,
            },
          ],
        },
        { name: 'idle', kubeconfig: null, context: null, ledgers: 'fairlead', allow: [] },
      ],
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['whom to act as is not said', { impersonate: undefined }, 'impersonate'],
    ['whom to act as is no text', { impersonate: false }, 'impersonate'],
    ['no repository', { repository: undefined }, 'repository'],
    ['all repositories', { repository: '*' }, 'repository'],
    ['all repositories of an owner', { repository: 'acme/*' }, 'repository'],
    ['no environments', { environments: undefined }, 'environments'],
    ['all environments', { environments: ['*'] }, 'environments.0'],
    ['no namespaces', { namespaces: undefined }, 'namespaces'],
    ['one namespace without brackets', { namespaces: 'shop' }, 'namespaces'],
    ['the namespace of the ledgers', { namespaces: ['shop', 'fairlead'] }, 'namespaces.1'],
    ['all kinds', { clusterScoped: ['*'] }, 'clusterScoped.0'],
    ['all kinds of a group', { clusterScoped: ['*.kyverno.io'] }, 'clusterScoped.0'],
    ['a kind as kubectl takes it', { clusterScoped: ['namespaces'] }, 'clusterScoped.0'],
    ['a group that is none', { clusterScoped: ['ClusterPolicy.kyverno.io/v1'] }, 'clusterScoped.0'],
    ['a branch that is no text', { refs: [1] }, 'refs.0'],
    ['a key that is not known', { namespace: ['shop'] }, 'namespace'],
  ])('is refused where %s', (_case, change, path) => {
    expect(problems(withRule(change)).map(([, at]) => at)).toEqual([`clusters.one.allow.0.${path}`]);
  });

  it.each<[string, string, number, string | null]>([
    ['nothing', '', 1, null],
    ['no clusters', '{}', 1, null],
    ['a cluster in capitals', 'clusters:\n  One: {}', 2, 'clusters.One'],
    ['a key that is not known', 'clusters:\n  one:\n    alow: []', 3, 'clusters.one.alow'],
    ['a namespace that is none', 'clusters:\n  one:\n    ledgers: A', 3, 'clusters.one.ledgers'],
    ['a rule that is none', 'clusters:\n  one:\n    allow: all', 3, 'clusters.one.allow'],
  ])('is refused with %s', (_case, text, line, path) => {
    expect(problems(text)).toEqual([[line, path]]);
  });
});
