import { describe, expect, it } from 'vitest';
import type { Allowance } from '../../../src/domain/allowance.ts';
import type { SettingsChange } from '../../../src/domain/settings-change.ts';
import { explainSettingsChange } from '../../../src/plan/settings/explain-settings-change.ts';
import { parseSettings } from '../../../src/plan/settings/parse-settings.ts';

function explain(before: string, after: string, missing: readonly string[] = []): readonly SettingsChange[] {
  const allowanceOf = ({ namespace }: { readonly namespace: string }): Allowance =>
    namespace === 'shop'
      ? { kind: 'allowed', cluster: 'one', namespaces: ['shop'], clusterScoped: [], impersonate: null }
      : { kind: 'denied', reason: 'not there' };
  return explainSettingsChange({
    before: settings(before).settings,
    after: settings(after).placed,
    allowanceOf,
    missing: new Set(missing),
  });
}

function settings(environments: string) {
  const result = parseSettings(`environments:\n${environments}`, 'x', 'main');
  if (result.kind === 'problems') throw new Error(JSON.stringify(result.problems));
  return result;
}

const staging = '  staging: { cluster: one, path: deploy, namespace: shop }\n';

describe('a change of the settings is explained:', () => {
  it('an environment that is added, where, and whether the operator allows it', () => {
    expect(explain(staging, `${staging}  b:\n    { cluster: two, namespace: x,\n      path: b }`)).toMatchObject([
      {
        kind: 'adds',
        proposal: {
          environment: { name: 'b', cluster: 'two', namespace: 'x', path: 'b' },
          at: { file: 'x', line: 3, pathLine: 5 },
          allowance: { kind: 'denied', reason: 'not there' },
          pathMissing: false,
        },
      },
    ]);
  });

  it('an environment that is removed', () => {
    expect(explain(`${staging}  b: { cluster: two, path: ., namespace: x }`, staging)).toEqual([
      { kind: 'removes', environment: 'b', cluster: 'two' },
    ]);
  });

  it('each setting that changes', () => {
    const changed =
      '  staging: { cluster: one, path: other, namespace: shop, settle: 90s, after: [], prune: false, health: { timeout: 1h }, confirm: { kinds: [Pod] } }\n';
    const [change] = explain(staging, changed);
    expect(change).toMatchObject({ kind: 'changes', proposal: { allowance: { kind: 'allowed' } } });
    expect(change?.kind === 'changes' && change.differences).toEqual([
      { setting: 'path', before: 'deploy', after: 'other' },
      { setting: 'prune', before: 'true', after: 'false' },
      {
        setting: 'confirm.kinds',
        before: 'Namespace + CustomResourceDefinition + PersistentVolumeClaim + StatefulSet',
        after: 'Pod',
      },
      { setting: 'health.timeout', before: '5m', after: '1h' },
      { setting: 'settle', before: '10s', after: '90s' },
    ]);
  });

  it('a path that the merge result does not have, where it is new', () => {
    const other = '  staging: { cluster: one, path: other, namespace: shop }\n';
    expect(explain(staging, other, ['other'])).toMatchObject([{ proposal: { pathMissing: true } }]);
    const same = '  staging: { cluster: one, path: deploy, namespace: shop, prune: false }\n';
    expect(explain(staging, same, ['deploy'])).toMatchObject([{ proposal: { pathMissing: false } }]);
  });

  it('a file of values that the chart there does not have, where it is new, with its line', () => {
    const chart = (values: string) =>
      `  staging:\n    { cluster: one, path: deploy, namespace: shop, helm: { values: [\n      a.yaml,\n      ${values} ] } }\n`;
    expect(explain(chart('b.yaml'), chart('c.yaml'), ['deploy/a.yaml', 'deploy/c.yaml'])).toMatchObject([
      { proposal: { pathMissing: false, valuesMissing: [{ file: 'deploy/c.yaml', line: 5 }] } },
    ]);
    expect(explain(chart('b.yaml'), chart('c.yaml'))[0]).not.toHaveProperty('proposal.valuesMissing');
  });

  it('comments and order are no change', () => {
    const rule = (comment: string) =>
      `  a:\n    cluster: one\n    path: a\n    namespace: shop\n    ignore:\n${comment}    - { kind: Pod, path: /spec }\n`;
    expect(explain(staging + rule(''), rule('    # why\n') + staging)).toEqual([]);
  });
});
