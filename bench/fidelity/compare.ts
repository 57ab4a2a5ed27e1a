import { field } from '../../src/domain/field.ts';
import { sameJson } from '../../src/domain/json.ts';
import { type IdentityKey, identityKey, identityName, type KubernetesObject } from '../../src/domain/manifest.ts';
import { type Action, type Change, isKeptBack } from '../../src/domain/plan.ts';
import { withoutOpaque } from '../../src/plan/change/opaque.ts';
import { yamlDiff } from '../../src/plan/change/yaml-diff.ts';
import { predictedContent } from '../../src/plan/fields/allocated.ts';
import { contentOf } from '../../src/plan/fields/content.ts';
import { differences } from '../../src/plan/fields/differences.ts';
import { pathText } from '../../src/plan/fields/path.ts';
import type { PlannedObject, PredictedPlan } from '../../src/predict/predicted-plan.ts';
import { withoutWrittenSince } from './written-since.ts';

/** What lives, by identity. */
export type Snapshot = ReadonlyMap<IdentityKey, KubernetesObject>;

/** What happened to an object, as the API server tells it: by UID and content, not by what anybody said. */
export type Happened = 'create' | 'update' | 'delete' | 'replace' | 'nothing';

export interface ComparedObject {
  readonly key: IdentityKey;
  /** `nothing` for what the plan calls unchanged or does not name. */
  readonly planned: Action | 'nothing';
  readonly happened: Happened;
  readonly certainty: Change['certainty'];
  /** Whether the object says afterwards what the plan showed; null: nothing of it was shown. */
  readonly asShown: boolean | null;
  /** Fields that others wrote since. */
  readonly setAside: readonly string[];
  /** What is wrong; empty: the plan was right. Of an estimate, only what was done counts, and not what it came to. */
  readonly mismatches: readonly string[];
}

/**
 * Holds what a plan said against what the cluster held before its release and holds after it. Everything is compared:
 * also what lives there and the plan does not name.
 */
export function compare(predicted: PredictedPlan, before: Snapshot, after: Snapshot): readonly ComparedObject[] {
  const planned = new Map(predicted.objects.map((object) => [identityKey(object.reference), object]));
  const keys = new Set([...planned.keys(), ...before.keys(), ...after.keys()]);
  return [...keys].toSorted().map((key) => {
    const object = planned.get(key) ?? null;
    // As it lived when it was planned: that is what the plan is a difference from.
    const live = object?.live.kind === 'present' ? object.live.object : (before.get(key) ?? null);
    return compareObject(key, { object, before: live, after: after.get(key) ?? null });
  });
}

interface Sides {
  /** null: the plan does not know it. */
  readonly object: PlannedObject | null;
  readonly before: KubernetesObject | null;
  readonly after: KubernetesObject | null;
}

function compareObject(key: IdentityKey, { object, before, after }: Sides): ComparedObject {
  // A Job that is done and says that it goes by then is gone as it was to be, whenever that is looked at.
  const expired = after === null && expires(object?.desired ?? before);
  if (expired && (object?.change === null || object?.change.action !== 'delete'))
    return passed(key, object?.change ?? null);
  const rest = after && withoutWrittenSince(before, after);
  const happened = happenedTo(before, rest?.object ?? null);
  const change = object?.change ?? null;
  const planned = change === null || change.action === 'unchanged' ? 'nothing' : change.action;
  const certainty = change?.certainty ?? ({ kind: 'exact' } as const);
  const done = doneWrong(change, planned, happened);
  const shown =
    object === null || change === null || rest === null
      ? null
      : shownWrong(change, { object, before, after: rest.object });
  return {
    key,
    planned,
    happened,
    certainty,
    asShown: shown && shown.length === 0,
    setAside: rest?.fields ?? [],
    mismatches: [...done, ...(certainty.kind === 'exact' ? (shown ?? []) : [])],
  };
}

function expires(job: KubernetesObject | null): boolean {
  return job !== null && job.kind === 'Job' && field(job, 'spec', 'ttlSecondsAfterFinished') !== undefined;
}

function passed(key: IdentityKey, change: Change | null): ComparedObject {
  const planned = change === null || change.action === 'unchanged' || isKeptBack(change) ? 'nothing' : change.action;
  return {
    key,
    planned,
    happened: planned,
    certainty: change?.certainty ?? { kind: 'exact' },
    asShown: null,
    setAside: ['ttl-after-finished-controller: it was done, and deleted'],
    mismatches: [],
  };
}

function happenedTo(before: KubernetesObject | null, after: KubernetesObject | null): Happened {
  if (before === null) return after === null ? 'nothing' : 'create';
  if (after === null) return 'delete';
  if (before.metadata.uid !== after.metadata.uid) return 'replace';
  return sameJson(contentOf(before), contentOf(after)) ? 'nothing' : 'update';
}

function doneWrong(change: Change | null, planned: ComparedObject['planned'], happened: Happened): readonly string[] {
  const wanted = change !== null && isKeptBack(change) ? 'nothing' : planned;
  return wanted === happened ? [] : [`planned ${planned}, and what happened is ${happened}`];
}

/** null: the plan showed nothing that could be held against anything. */
function shownWrong(
  change: Change,
  { object, before, after }: Sides & { readonly object: PlannedObject; readonly after: KubernetesObject },
): readonly string[] | null {
  const { action } = change;
  if (action === 'delete' || isKeptBack(change)) return null;
  const lived = before === null || action === 'create' ? null : before;
  const now = predictedContent(after, object.desired, action === 'replace' ? null : lived);
  // Of what stays as it is, nothing is shown but that.
  const said = object.after ?? (lived && contentOf(lived));
  // The results are kept: of Secrets, only which keys differ.
  const sides = withoutOpaque(object.reference, said ?? {}, now);
  const wrong = sameJson(said, now) ? [] : [`said:\n${yamlDiff(sides.before, sides.after)}`];
  const paths = change.paths.filter((path) => !sameJson(path.before, path.after)).map(({ path }) => path);
  const changed = lived === null ? [] : differences([contentOf(lived), now]).map(({ path }) => pathText(path));
  if (sameJson(paths.toSorted(), changed.toSorted())) return wrong;
  return [...wrong, `said to change: ${paths.join(', ') || 'nothing'}; changed: ${changed.join(', ') || 'nothing'}`];
}

/** `Deployment shop/web: planned update, and what happened is nothing` */
export function mismatchWords(predicted: PredictedPlan, { key, mismatches }: ComparedObject): readonly string[] {
  const reference = predicted.objects.find((object) => identityKey(object.reference) === key)?.reference;
  return mismatches.map((words) => `${reference === undefined ? key : identityName(reference)}: ${words}`);
}
