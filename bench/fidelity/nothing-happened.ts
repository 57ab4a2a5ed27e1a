import type { ObjectReference } from '../../src/domain/manifest.ts';
import type { PredictedPlan } from '../../src/predict/predicted-plan.ts';
import { compare, mismatchWords, type Snapshot } from './compare.ts';
import type { Ending, Stage } from './stage.ts';

/** What is blocked blocks before anything is applied: what is wrong with that, in words. */
export async function nothingHappened(
  stage: Stage,
  {
    planned,
    ending,
    seen,
    there,
    isBlocked,
  }: {
    readonly planned: PredictedPlan;
    readonly ending: Ending;
    readonly seen: readonly ObjectReference[];
    readonly there: Snapshot;
    readonly isBlocked: boolean;
  },
): Promise<readonly string[]> {
  if (!isBlocked) return [];
  const wrong = ending.kind === 'blocked' ? [] : [`a blocked plan was released as ${ending.kind}`];
  const nothing: PredictedPlan = { ...planned, objects: [] };
  const objects = compare(nothing, there, await stage.snapshot(seen));
  return [
    ...wrong,
    ...objects.flatMap((object) => mismatchWords(planned, object).map((words) => `while it was blocked: ${words}`)),
  ];
}
