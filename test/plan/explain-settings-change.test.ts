import { describe, expect, it } from 'vitest';
import type { Allowance } from '../../src/domain/allowance.ts';
import { explainSettingsChange } from '../../src/plan/explain-settings-change.ts';
import { parseSettings } from '../../src/plan/settings.ts';

function explain(before: string, after: string): readonly string[] {
  const judge = ({ namespace }: { readonly namespace: string }): Allowance =>
    namespace === 'shop'
      ? { kind: 'allowed', cluster: 'one', namespaces: ['shop'], clusterScoped: [], impersonate: null }
      : { kind: 'denied', reason: 'not there' };
  return explainSettingsChange({ before: settings(before), after: settings(after), judge });
}

function settings(environments: string) {
  const result = parseSettings(`environments:\n${environments}`, 'x', 'main');
  if (result.kind === 'problems') throw new Error(JSON.stringify(result.problems));
  return result.settings;
}

const staging = '  staging: { cluster: one, path: deploy, namespace: shop }\n';

describe('a change of the settings is explained:', () => {
  it('an environment that is added, and whether the operator allows it', () => {
    expect(explain(staging, `${staging}  b: { cluster: two, path: ., namespace: x }`)).toEqual([
      'adds b on cluster two, namespace x, from the whole repository; not planned until merged; allowed by the operator: no (not there)',
    ]);
  });

  it('an environment that is removed', () => {
    expect(explain(`${staging}  b: { cluster: two, path: ., namespace: x }`, staging)).toEqual([
      'removes b: what it released stays in cluster two, and nobody looks after it',
    ]);
  });

  it('each setting that changes', () => {
    const changed =
      '  staging: { cluster: one, path: other, namespace: shop, settle: 90s, after: [], prune: false, health: { timeout: 1h }, confirm: { kinds: [Pod] } }\n';
    expect(explain(staging, changed)).toEqual([
      'changes staging: path deploy → other, prune true → false, confirm.kinds Namespace + CustomResourceDefinition + PersistentVolumeClaim + StatefulSet → Pod, health.timeout 5m → 1h, settle 10s → 90s; not in effect until merged; allowed by the operator: yes',
    ]);
  });

  it('comments and order are no change', () => {
    const rule = (comment: string) =>
      `  a:\n    cluster: one\n    path: a\n    namespace: shop\n    ignore:\n${comment}    - { kind: Pod, path: /spec }\n`;
    expect(explain(staging + rule(''), rule('    # why\n') + staging)).toEqual([]);
  });
});
