import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/domain/environment.ts';
import { parseSettings } from '../../../src/plan/settings/parse-settings.ts';

const file = '.github/fairlead.yml';

function environments(text: string): readonly Environment[] {
  const result = parseSettings(text, file, 'trunk');
  if (result.kind === 'problems') throw new Error(JSON.stringify(result.problems));
  return result.settings.environments;
}

/** Line and path of each problem. */
function problems(text: string): readonly (readonly [number | null, string | null])[] {
  const result = parseSettings(text, file, 'trunk');
  return result.kind === 'problems' ? result.problems.map(({ line, path }) => [line, path] as const) : [];
}

/** An environment with one more setting, which begins on line 6. */
function withSetting(setting: string): string {
  const indented = setting.replaceAll('\n', '\n    ');
  return `environments:\n  staging:\n    cluster: one\n    path: deploy\n    namespace: shop\n    ${indented}\n`;
}

describe('settings', () => {
  it('name what was probably meant, and offer nothing that is not available yet', () => {
    const result = parseSettings(withSetting('heath: { timeout: 1m }'), file, 'trunk');
    const [message = ''] = result.kind === 'problems' ? result.problems.map((problem) => problem.message) : [];
    expect(message).toContain('There is no setting `heath` here. Did you mean `health`? There are: cluster, path,');
    expect(message).not.toMatch(/approvals|signed|drift|onFailure/);
  });

  it('need only a cluster, a path and a namespace', () => {
    expect(environments(withSetting(''))).toEqual([
      {
        name: 'staging',
        cluster: 'one',
        path: 'deploy',
        namespace: 'shop',
        follow: { kind: 'branch', branch: 'trunk' },
        mode: 'release',
        after: [],
        prune: true,
        confirm: {
          deletions: 10,
          kinds: ['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim', 'StatefulSet'],
        },
        conflicts: 'block',
        foreign: 'report',
        adopt: [],
        helm: { release: null, values: [] },
        healthTimeoutMs: 300_000,
        settleMs: 10_000,
        ignore: [],
      },
    ]);
  });

  it('may say everything else', () => {
    const text = `environments:
  staging: { cluster: one, path: ./a/b/, namespace: shop }
  production:
    cluster: two
    path: .
    namespace: shop
    follow: release/2
    mode: manual
    after: [staging]
    prune: false
    confirm:
      deletions: 0
      kinds: []
    conflicts: leave
    foreign: remove
    adopt: [kubectl-edit]
    helm: { release: shop, values: [values-production.yaml] }
    health: { timeout: 90s }
    settle: 500ms
    ignore:
      - { kind: Deployment, name: web, path: /spec/replicas }
      - { kind: Secret, path: /data/a~1b }
      - { path: '/spec/containers/[name=proxy]/*', manager: istiod }
      - { manager: istiod }
`;
    const [staging, production] = environments(text);
    expect(staging?.path).toBe('a/b');
    expect(production).toMatchObject({
      path: '',
      follow: { kind: 'branch', branch: 'release/2' },
      mode: 'manual',
      after: ['staging'],
      prune: false,
      confirm: { deletions: 0, kinds: [] },
      conflicts: 'leave',
      foreign: 'remove',
      adopt: ['kubectl-edit'],
      helm: { release: 'shop', values: ['values-production.yaml'] },
      healthTimeoutMs: 90_000,
      settleMs: 500,
      ignore: [
        { kind: 'Deployment', name: 'web', path: '/spec/replicas', manager: null, line: 21 },
        { kind: 'Secret', name: null, path: '/data/a~1b', manager: null, line: 22 },
        { kind: null, name: null, path: '/spec/containers/[name=proxy]/*', manager: 'istiod', line: 23 },
        { kind: null, name: null, path: null, manager: 'istiod', line: 24 },
      ],
    });
  });

  it('may ask for what is not available yet only where that is what happens anyway', () => {
    for (const setting of ['approvals: 0', 'signed: false', 'onFailure: stop', 'drift: { mode: off }']) {
      expect(problems(withSetting(setting)), setting).toEqual([]);
    }
    expect(problems(`${withSetting('')}notify: []`)).toEqual([]);
  });
});

it('takes a kind in lower case for what it is, where it is none of Kubernetes’ own', () => {
  const kinds = ['widget', 'gameServer', 'Services', 'Ingress'];
  const [staging] = environments(withSetting(`confirm: { kinds: [${kinds.join(', ')}] }`));
  expect(staging?.confirm.kinds).toEqual(kinds);
});

describe('what is wrong with settings is said at its line:', () => {
  it.each<[string, string]>([
    ['approvals: 1', 'approvals'],
    ['signed: true', 'signed'],
    ['onFailure: rollback', 'onFailure'],
    ['drift: { mode: alert, every: 5m }', 'drift'],
    ['drift: { every: 5m }', 'drift'],
    ['follow: { tags: "v*" }', 'follow.tags'],
    ['folow: main', 'folow'],
    ['follow: main*', 'follow'],
    ['follow: refs/heads/main', 'follow'],
    ['follow: 1', 'follow'],
    ['mode: sometimes', 'mode'],
    ['prune: "yes"', 'prune'],
    ['conflicts: ask', 'conflicts'],
    ['foreign: keep', 'foreign'],
    ['adopt: helm', 'adopt'],
    ['helm: { chart: shop }', 'helm.chart'],
    ['helm: { values: [../values.yaml] }', 'helm.values.0'],
    ['ignore: [{ kind: Pod }]', 'ignore.0'],
    ['settle: 10', 'settle'],
    ['settle: 2h', 'settle'],
    ['health: 5m', 'health'],
    ['health: { timeout: 0s }', 'health.timeout'],
    ['health: { timeuot: 5m }', 'health.timeuot'],
    ['confirm: { deletions: -1 }', 'confirm.deletions'],
    ['confirm: { kinds: StatefulSet }', 'confirm.kinds'],
    ['ignore: [{ kind: Deployment, path: spec.replicas }]', 'ignore.0.path'],
    ['ignore: [{ kind: "*", path: /spec/replicas }]', 'ignore.0.kind'],
    ['ignore: [{ kind: deployment, path: /spec/replicas }]', 'ignore.0.kind'],
    ['ignore: [{ kind: apps/Deployment, path: /spec/replicas }]', 'ignore.0.kind'],
    ['ignore: [{ kind: Pod, name: "web-*", path: /spec }]', 'ignore.0.name'],
    ['ignore: [{ kind: Pod, name: shop/web, path: /spec }]', 'ignore.0.name'],
    ['ignore: [{ kind: Pod, path: /spec/containers/**/image }]', 'ignore.0.path'],
    ['ignore: [{ kind: Pod, path: /metadata/labels/shop-* }]', 'ignore.0.path'],
    ['ignore: [{ kind: Pod, path: /* }]', 'ignore.0.path'],
    ['ignore: [{ manager: "kube-*" }]', 'ignore.0.manager'],
    ['ignore: [{ manager: fairlead }]', 'ignore.0.manager'],
    ['ignore: [{ kind: Pod, path: "/spec/containers[name=web]/image" }]', 'ignore.0.path'],
    ['ignore: [{ kind: Pod, path: / }]', 'ignore.0.path'],
    ['ignore: [{ kind: Pod, path: /metadata/name }]', 'ignore.0.path'],
    ['ignore: [{ kind: Pod, path: /metadata/labels }]', 'ignore.0.path'],
    ['ignore: [{ kind: Pod, path: /status/phase }]', 'ignore.0.path'],
    ['confirm: { kinds: ["*"] }', 'confirm.kinds.0'],
    ['confirm: { kinds: [statefulset] }', 'confirm.kinds.0'],
    ['confirm: { kinds: [networkpolicies] }', 'confirm.kinds.0'],
    ['confirm: { kinds: [Statefulset] }', 'confirm.kinds.0'],
    ['confirm: { kinds: [a-] }', 'confirm.kinds.0'],
    ['after: [production]', 'after'],
    ['after: [staging]', 'after'],
    ['after: staging', 'after'],
  ])('%s', (setting, path) => {
    expect(problems(withSetting(setting))).toEqual([[6, `environments.staging.${path}`]]);
  });

  it.each<[string, string]>([
    ['cluster: One', 'cluster'],
    ['cluster: a:b', 'cluster'],
    ['cluster: 1', 'cluster'],
    ['cluster: ', 'cluster'],
    ['namespace: shop_1', 'namespace'],
    [`namespace: ${'a'.repeat(64)}`, 'namespace'],
    ['path: /etc', 'path'],
    ['path: deploy/../../x', 'path'],
    ['path: ..', 'path'],
    ['path: "a\\0b"', 'path'],
    ['path: 7', 'path'],
    ['path: ', 'path'],
  ])('%s', (setting, path) => {
    const others = { cluster: 'cluster: one', namespace: 'namespace: shop', path: 'path: deploy', [path]: setting };
    const text = `environments:\n  staging:\n    ${setting}\n    ${Object.values(others)
      .filter((other) => other !== setting)
      .join('\n    ')}\n`;
    expect(problems(text)).toEqual([[3, `environments.staging.${path}`]]);
  });

  it.each<[string, string, number | null, string | null]>([
    [
      'a name in capitals',
      'environments:\n  Staging: { cluster: a, path: b, namespace: c }',
      2,
      'environments.Staging',
    ],
    [
      'a long name',
      `environments:\n  ${'a'.repeat(41)}: { cluster: a, path: b, namespace: c }`,
      2,
      `environments.${'a'.repeat(41)}`,
    ],
    ['nothing at all', '# nothing\n', 1, null],
    ['no environments', 'notify: []', 1, null],
    ['a list of environments', 'environments:\n- staging', 1, 'environments'],
    ['another key', 'environments: {}\nenviroments: {}', 2, 'enviroments'],
    ['notify', 'environments: {}\nnotify:\n- url: x', 2, 'notify'],
    ['two documents', 'environments: {}\n---\nenvironments: {}', 3, null],
    ['a key twice', 'environments: {}\nenvironments: {}', 2, null],
    ['no YAML', 'environments: {', 1, null],
    ['no UTF-8', 'environments: {}\n# \ufffd', 2, null],
  ])('%s', (_case, text, line, path) => {
    expect(problems(text)).toEqual([[line, path]]);
  });

  it('everything at once', () => {
    const text = 'environments:\n  A:\n    cluster: 1\n    mode: x\n  b: { path: c, settle: 1 }\nnotify: 1\n';
    expect(problems(text)).toEqual([
      [6, 'notify'],
      [2, 'environments.A'],
      [3, 'environments.A.cluster'],
      [2, 'environments.A.path'],
      [2, 'environments.A.namespace'],
      [4, 'environments.A.mode'],
      [5, 'environments.b.cluster'],
      [5, 'environments.b.namespace'],
      [5, 'environments.b.settle'],
    ]);
  });

  it('environments that wait for each other in a circle', () => {
    const one = (name: string, after: string) =>
      `  ${name}: { cluster: one, path: ${name}, namespace: shop, after: [${after}] }\n`;
    expect(problems(`environments:\n${one('a', 'b')}${one('b', 'c')}${one('c', 'b')}`)).toEqual([
      [3, 'environments.b.after'],
      [4, 'environments.c.after'],
    ]);
  });

  it('two environments of the same path in the same place', () => {
    const one = (name: string, path: string) => `  ${name}: { cluster: one, path: ${path}, namespace: shop }\n`;
    expect(problems(`environments:\n${one('a', 'x/y')}${one('b', 'x')}${one('c', './x/y/')}`)).toEqual([
      [4, 'environments.c'],
    ]);
  });

  it('a file that is there to take time', () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, index) => {
        const after = index + 1 < length ? `, after: [e${index + 1}]` : '';
        return `  e${index}: {cluster: one, path: p${index}, namespace: shop${after}}\n`;
      });
    expect(problems(`environments:\n${chain(1_500).join('')}`)).toEqual([]);
    expect(problems(`environments:\n${chain(16_000).join('')}`)).toEqual([[null, null]]);
  });

  it('one list of rules that is repeated a thousand times', () => {
    const rules = '{ kind: A, path: /a }, '.repeat(100);
    const others = Array.from(
      { length: 100 },
      (_, index) => `  e${index}: { cluster: one, path: p${index}, namespace: shop, ignore: *rules }\n`,
    );
    const first = `  first: { cluster: one, path: p, namespace: shop, ignore: &rules [${rules}] }\n`;
    expect(problems(`environments:\n${first}${others.join('')}`)).toEqual([[1, 'environments']]);
  });

  it('of more than can be read the first, and how many more there are', () => {
    const text = `environments:\n${Array.from({ length: 600 }, (_, index) => `  e${index}:\n`).join('')}`;
    const found = problems(text);
    expect(found).toHaveLength(501);
    expect(found.at(-1)).toEqual([null, null]);
  });
});
