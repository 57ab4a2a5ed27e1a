import { describe, expect, it } from 'vitest';
import type { HeldField, HiddenFields } from '../../../src/domain/plan.ts';
import { changeInText } from '../../../src/present/change/change-section.ts';
import { comparedLine } from '../../../src/present/environment/plan-lines.ts';
import { aChange, aPlan } from '../sample-view.ts';

const at = '2026-11-20T14:02:11.000Z';
const identity = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
const held = (path: string, name: string): HeldField => ({ path, manager: { name, at: '2026-11-20T12:02:11.000Z' } });

describe('A change says', () => {
  it('what is left to whom', () => {
    const text = changeInText(aChange({}, { action: 'unchanged', left: [held('spec.replicas', 'autoscaler')] }), at);
    expect(text).toContain('**Left as it lives (`conflicts: leave`)');
    expect(text).toContain('* `spec.replicas` (`autoscaler`, 2 hours ago)');
  });

  it('what the annotation is that nobody wrote on a hook', () => {
    const diff = "+  annotations:\n+    fairlead.dev/replace: 'true'\n";
    expect(changeInText(aChange({}, { action: 'create', diff }), at)).toContain('hooks that run once Fairlead sets it');
    expect(changeInText(aChange({}, { diff: "     fairlead.dev/replace: 'true'\n+    a: b\n" }), at)).not.toContain(
      'hooks',
    );
  });

  it('what others set: what goes openly, what stays behind a summary', () => {
    const foreign = {
      fields: [
        { ...held('metadata.labels.team', 'kubectl-label'), value: 'blue', fate: 'removed' as const },
        { ...held('spec.paused', 'kubectl-edit'), value: undefined, fate: 'stays' as const },
      ],
      more: 3,
    };
    const text = changeInText(aChange({}, { foreign }), at);
    expect(text).toContain('removed (`foreign: remove`):**\n* `metadata.labels.team` is `blue` (`kubectl-label`');
    expect(text).toContain('<summary>4 fields that others set and Git does not mention: they stay</summary>');
    expect(text).toContain('* `spec.paused` (`kubectl-edit`');
    expect(text).toContain('* and 3 more fields');
  });
});

describe('The footer of an environment', () => {
  it('counts what each rule hid, and is no longer for thousands of rules', () => {
    const hidden = Array.from({ length: 5_000 }, (_, index): HiddenFields => {
      return { identity, path: 'spec.replicas', rule: `settings, line ${index}`, count: index + 1 };
    });
    const line = comparedLine(aPlan('staging', [], { hidden }));
    expect(line).toContain(
      'Hidden by rule: `spec.replicas` of Deployment shop/web and 4,999 more fields (settings, line 4999)',
    );
    expect(line).toContain('and 4,995 more rules');
    expect(line.length).toBeLessThan(1_000);
  });

  it('counts what others set in objects that have no change', () => {
    const foreign = [{ ...held('metadata.labels.team', 'kubectl-label'), identity, count: 3 }];
    expect(comparedLine(aPlan('staging', [], { foreign }))).toContain(
      'Set by others, and not in Git: `metadata.labels.team` of Deployment shop/web and 2 more fields (`kubectl-label`, 2 hours ago).',
    );
  });
});
