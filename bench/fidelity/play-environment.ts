import { Failure } from '../../src/domain/failure.ts';
import {
  type IdentityKey,
  identityKey,
  identityName,
  type KubernetesObject,
  type Manifest,
  type ObjectReference,
  referenceOf,
} from '../../src/domain/manifest.ts';
import { isKeptBack, type KeptBackChange } from '../../src/domain/plan.ts';
import { reasonOf } from '../../src/observe/verdict.ts';
import { settleManifest } from '../../src/plan/manifests/settle-manifest.ts';
import type { PredictedPlan } from '../../src/predict/predicted-plan.ts';
import { type ComparedObject, compare, mismatchWords, type Snapshot } from './compare.ts';
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

export interface LeftOut {
  readonly key: IdentityKey;
  readonly when: 'before' | 'after';
  /** `immutable`, `kind-missing`, …; `kept-back` by the release's own plan, `refused-at-apply` of what could only be asked then. */
  readonly code: string;
  readonly message: string;
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

interface References {
  readonly list: readonly ObjectReference[];
  readonly of: Map<Manifest, ObjectReference>;
}

function keyOf(manifest: Manifest, references: References): IdentityKey {
  return identityKey(referenceIn(manifest, references));
}

function referenceIn(manifest: Manifest, { of }: References): ObjectReference {
  const reference = of.get(manifest);
  if (reference === undefined) throw new Error('a manifest that nobody asked about');
  return reference;
}

async function referencesOf(stage: Stage, manifests: readonly Manifest[]): Promise<References> {
  const of = new Map<Manifest, ObjectReference>();
  const served: ObjectReference[] = [];
  for (const manifest of manifests) {
    const kind = await stage.served(manifest.object.apiVersion, manifest.object.kind);
    // Of what is not served only the manifest itself can tell.
    const isInside = kind?.namespaced ?? manifest.object.metadata.namespace !== undefined;
    const scope = isInside ? 'namespaced' : 'cluster';
    const settled = settleManifest(manifest.object, { scope, namespace: stage.environment.namespace, applySet: '' });
    const reference = { ...referenceOf(settled), ...(scope === 'cluster' ? { namespace: null } : {}) };
    of.set(manifest, reference);
    if (kind !== null) served.push(reference);
  }
  const list = [...new Map(served.map((reference) => [identityKey(reference), reference])).values()];
  return { list, of };
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

function toLeftOut({ identity, reason }: KeptBackChange): LeftOut {
  return { key: identityKey(identity), when: 'after', code: reason.code, message: reason.message };
}

// What could only be asked once something else of the same release was there is refused by then.
function refusedLater(planned: PredictedPlan, ending: Ending): readonly LeftOut[] {
  if (ending.kind !== 'diverged' && ending.kind !== 'blocked') return [];
  return planned.objects.flatMap(({ reference }) => {
    const words = ending.reasons.find((reason) => reason.startsWith(reasonOf(reference, '')));
    return words === undefined
      ? []
      : [
          {
            key: identityKey(reference),
            when: 'after',
            code: ending.kind === 'blocked' ? 'kept-back' : 'refused-at-apply',
            message: words,
          },
        ];
  });
}

/** What is blocked blocks before anything is applied. */
async function nothingHappened(
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

/**
 * As the words of a block say: what cannot be changed is replaced, and what is no longer in Git and would take others
 * along is put back; anything else stays as it was, or away.
 */
function mended(
  after: readonly Manifest[],
  {
    before,
    refused,
    references,
  }: { readonly before: readonly Manifest[]; readonly refused: readonly LeftOut[]; readonly references: References },
): readonly Manifest[] {
  const codes = new Map(refused.map(({ key, code }) => [key, code]));
  const old = new Map(before.map((manifest) => [keyOf(manifest, references), manifest]));
  const there = new Set(after.map((manifest) => keyOf(manifest, references)));
  const gone = [...old].filter(([key]) => !there.has(key));
  const ground = gone.filter(([key, manifest]) => {
    const name = identityName(referenceIn(manifest, references));
    return codes.has(key) || refused.some(({ message }) => message.startsWith(`${name} is no longer in Git`));
  });
  const isStanding = (message: string): boolean => !message.includes(' is no longer in Git');
  const words = new Map(refused.map(({ key, message }) => [key, message]));
  const changed = after.flatMap((manifest) => {
    const key = keyOf(manifest, references);
    const code = codes.get(key);
    if (code === undefined || !isStanding(words.get(key) ?? '')) return [manifest];
    if (code !== 'immutable') return old.get(key) ?? [];
    const replaced = { ...manifest, object: withReplace(manifest.object) };
    references.of.set(replaced, referenceIn(manifest, references));
    return [replaced];
  });
  return [...changed, ...ground.map(([, manifest]) => manifest)];
}

function putBack(after: readonly Manifest[], next: readonly Manifest[], references: References): readonly LeftOut[] {
  const there = new Set(after.map((manifest) => keyOf(manifest, references)));
  const back = next.filter((manifest) => !there.has(keyOf(manifest, references)));
  const message = 'it is in Git again, so that what needs it stays';
  return back.map((manifest) => ({ key: keyOf(manifest, references), when: 'after', code: 'put-back', message }));
}

function withReplace(object: KubernetesObject): KubernetesObject {
  const annotations = { ...object.metadata.annotations, 'fairlead.dev/replace': 'true' };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** What is written for versions of long ago is blocked, with the word for it, and releases nothing. */
async function asWritten(
  stage: Stage,
  {
    before,
    references,
    manifests,
  }: {
    readonly before: readonly Manifest[];
    readonly references: References;
    readonly manifests: readonly Manifest[] | null;
  },
): Promise<{ readonly blocked: readonly LeftOut[]; readonly mismatches: readonly string[] }> {
  if (manifests === null) return { blocked: [], mismatches: [] };
  const rendering = renderingOf(manifests);
  const planned = await stage.plan(renderingOf(before), rendering);
  const there = await stage.snapshot(references.list);
  const blocked = planned.plan.changes.filter(isKeptBack);
  const mismatches: string[] = [];
  for (const { object } of manifests) {
    if ((await stage.served(object.apiVersion, object.kind)) !== null) continue;
    const said = blocked.find(
      ({ identity }) => identity.kind === object.kind && identity.name === object.metadata.name,
    );
    const isSaid =
      said?.reason.code === 'kind-missing' &&
      said.reason.message.includes(`no kind ${object.kind} in ${object.apiVersion}`);
    if (!isSaid)
      mismatches.push(
        `${object.apiVersion} ${object.kind} ${object.metadata.name} is not served, and the plan says ${JSON.stringify(said?.reason ?? null)}`,
      );
  }
  const ending = await stage.release(rendering, planned).catch((error: unknown) => {
    if (error instanceof Failure) throw error;
    throw new Error(`as written: ${String(error)}`, { cause: error });
  });
  mismatches.push(
    ...(await nothingHappened(stage, { planned, ending, seen: references.list, there, isBlocked: blocked.length > 0 })),
  );
  const notServed = blocked.filter(({ reason }) => reason.code === 'kind-missing');
  return { blocked: notServed.map(toLeftOut), mismatches };
}
