import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { ManifestHook } from '../../../src/domain/manifest.ts';
import type { PossibleJudgement } from '../../../src/plan/judgement.ts';
import { withFailedHooks } from '../../../src/plan/relations/failed-hooks.ts';
import { objectIn } from '../../objects.ts';
import { judgement } from '../judgements.ts';

const other = judgement(objectIn('shop', 'v1', 'ConfigMap', 'c'));
const failed = { conditions: [{ type: 'Failed', status: 'True' }] };
const complete = { conditions: [{ type: 'Complete', status: 'True' }] };

function hook(
  status: JsonObject,
  phase: ManifestHook['phase'] = 'before',
  action: PossibleJudgement['action'] = 'unchanged',
  [apiVersion, kind]: readonly [string, string] = ['batch/v1', 'Job'],
): PossibleJudgement {
  const object = objectIn('shop', apiVersion, kind, 'migrate');
  const made = judgement(object, { action, live: { kind: 'present', object: { ...object, status } } });
  const written = { object, origin: null, hook: { phase, weight: 0 } };
  return { ...made, subject: { ...made.subject, written } };
}

describe('A hook', () => {
  it.each([
    ['that failed and stays as it is', hook(failed), true],
    ['that is a pod and failed', hook({ phase: 'Failed' }, 'before', 'unchanged', ['v1', 'Pod']), true],
    ['that succeeded', hook(complete), false],
    ['that is made anew', hook(failed, 'before', 'replace'), false],
    ['that runs after all others', hook(failed, 'after'), false],
  ])('%s is said to hold the release up, or not', (_what, one, holds) => {
    const [after] = withFailedHooks([one, other]);
    expect(after?.remark !== null).toBe(holds);
  });

  it('holds up nothing where nothing is to be applied', () => {
    const [after] = withFailedHooks([hook(failed), { ...other, action: 'unchanged' }]);
    expect(after?.remark).toBeNull();
  });
});
