import { identityKey, type Manifest, type ObjectReference } from '../../src/domain/manifest.ts';
import { isKeptBack } from '../../src/domain/plan.ts';
import { reasonOf } from '../../src/observe/verdict.ts';
import type { PredictedPlan } from '../../src/predict/predicted-plan.ts';
import { asWritten } from './as-written.ts';
import { type ComparedObject, compare, mismatchWords, type Snapshot } from './compare.ts';
import { type LeftOut, refusedLater, toLeftOut } from './left-out.ts';
import { mended, putBack } from './mend-after.ts';
import { nothingHappened } from './nothing-happened.ts';
import { keyOf, referencesOf } from './references.ts';
import { type Ending, type Kubectl, renderingOf, type Stage } from './stage.ts';

/** Manifests that one environment is to hold, before and after a pull request, with the names that they get here. */
export interface Play {
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
  /** The same as `after`, as it was written where that is for API versions of long ago; null: it is not. */
  readonly asWritten: readonly Manifest[] | null;
}

export interface Played {
  readonly objects: readonly ComparedObject[];
  /** What became of each object in all, where it took several attempts. */
  readonly happened: readonly Pick<ComparedObject, 'key' | 'happened'>[];
  /** What could not be released, and why: it is left as it was before, and the rest is released. */
  readonly leftOut: readonly LeftOut[];
  /** Of what the merge releases, what was written for versions that are not served, by what the plan says of it. */
  readonly notServed: readonly LeftOut[];
  readonly mismatches: readonly string[];
  /** What is released in the end. */
  readonly released: readonly Manifest[];
  /** What lives outside of namespaces once all is over. */
  readonly references: readonly ObjectReference[];
}

/** How `before` comes to be there. */
export type MakeBefore = (stage: Stage, manifests: readonly Manifest[]) => Promise<Ending>;

export const releasedBefore: MakeBefore = (stage, manifests) => stage.release(renderingOf(manifests), null);

/** Made by kubectl and then taken over, as it is, by a first release. */
export function takenOverFrom(kubectl: Kubectl): MakeBefore {
  return async (stage, manifests) => {
    await stage.applyByKubectl(kubectl, manifests);
    return await stage.release(renderingOf(manifests), null);
  };
}

/** It was released before: as the end of another play. */
export const isThere: MakeBefore = async () => ({ kind: 'applied' });

/** Brings `before` there, says what merging `after` does, merges it, and holds one against the other. */
export async function playEnvironment(stage: Stage, play: Play, makeBefore: MakeBefore): Promise<Played> {
  const leftOut: LeftOut[] = [];
  const mismatches: string[] = [];
  const before = makeBefore === isThere ? play.before : await bringBefore(stage, play.before, { leftOut, makeBefore });
  const references = await referencesOf(stage, [...before, ...play.after]);
  const written = await asWritten(stage, { before, references, manifests: play.asWritten });
  mismatches.push(...written.mismatches);

  let first: Snapshot | null = null;
  let after: readonly Manifest[] = play.after.filter(
    (manifest) => !leftOut.some(({ key }) => key === keyOf(manifest, references)),
  );
  for (let attempt = 1; ; attempt += 1) {
    await stage.quiet(references.list);
    const { planned, wrong } = await planTwice(stage, before, after);
    mismatches.push(...wrong);
    const seen = [...references.list, ...planned.objects.map(({ reference }) => reference)];
    const there = await stage.snapshot(seen);
    first ??= there;
    const ending = await stage.release(renderingOf(after), planned);
    const keptBack = planned.plan.changes.filter(isKeptBack);
    if (ending.kind === 'applied') {
      if (keptBack.length > 0)
        mismatches.push(...keptBack.map(({ identity }) => reasonOf(identity, 'was kept back and released')));
      const stays = await stage.prune(renderingOf(after));
      mismatches.push(...stays.map((reason) => `not pruned: ${reason}`));
      await stage.quiet(references.list);
      const now = await stage.snapshot(seen);
      const objects = compare(planned, there, now);
      mismatches.push(...objects.flatMap((object) => mismatchWords(planned, object)));
      const happened = compare({ ...planned, objects: [] }, first, now);
      return {
        objects,
        happened,
        leftOut,
        notServed: written.blocked,
        mismatches,
        released: after,
        references: references.list,
      };
    }
    const refused = keptBack.length > 0 ? keptBack.map(toLeftOut) : refusedLater(planned, ending);
    leftOut.push(...refused.filter(({ key, code }) => !leftOut.some((one) => one.key === key && one.code === code)));
    mismatches.push(
      ...(await nothingHappened(stage, { planned, ending, seen, there, isBlocked: keptBack.length > 0 })),
    );
    if (refused.length === 0 || attempt === attempts) {
      mismatches.push(`${ending.kind}: ${JSON.stringify(ending.kind === 'waiting' ? ending.reason : ending.reasons)}`);
      return {
        objects: [],
        happened: [],
        leftOut,
        notServed: written.blocked,
        mismatches,
        released: [],
        references: references.list,
      };
    }
    const next = mended(after, { before, refused, references });
    leftOut.push(...putBack(after, next, references));
    after = next;
  }
}

const attempts = 5;

/** The second plan knows what the first one learned, and has to say the same, unless something happened in between. */
async function planTwice(
  stage: Stage,
  before: readonly Manifest[],
  after: readonly Manifest[],
): Promise<{ readonly planned: PredictedPlan; readonly wrong: readonly string[] }> {
  const [base, merged] = [renderingOf(before), renderingOf(after)];
  const first = await stage.plan(base, merged);
  const planned = await stage.plan(base, merged);
  const told = new Map(first.objects.map((object) => [identityKey(object.reference), object]));
  const wrong = planned.objects.flatMap(({ reference, live, change }) => {
    const other = told.get(identityKey(reference));
    if (other?.change?.effect === change?.effect || other?.live.kind !== live.kind) return [];
    return [reasonOf(reference, `planned twice, it is ${other?.change?.action} and then ${change?.action}`)];
  });
  return { planned, wrong };
}

/** Releases `before` without what cannot be released; gives what is there then. */
async function bringBefore(
  stage: Stage,
  manifests: readonly Manifest[],
  { leftOut, makeBefore }: { readonly leftOut: LeftOut[]; readonly makeBefore: MakeBefore },
): Promise<readonly Manifest[]> {
  let left = manifests;
  for (let attempt = 1; ; attempt += 1) {
    const planned = await stage.plan(null, renderingOf(left));
    const keptBack = planned.plan.changes.filter(isKeptBack);
    const ending = keptBack.length > 0 ? null : await makeBefore(stage, left);
    if (ending?.kind === 'applied') return left;
    const refused = ending === null ? keptBack.map(toLeftOut) : refusedLater(planned, ending);
    if (refused.length === 0 || attempt === attempts)
      throw new Error(`before cannot be released: ${JSON.stringify(ending)}`);
    leftOut.push(...refused.map((one) => ({ ...one, when: 'before' as const })));
    const keys = new Set(refused.map(({ key }) => key));
    const references = await referencesOf(stage, left);
    left = left.filter((manifest) => !keys.has(keyOf(manifest, references)));
  }
}
