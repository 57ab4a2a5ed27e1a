import { sameJson } from '../domain/json.ts';
import type { InventoryEntry, Ledger } from '../domain/ledger.ts';
import {
  type IdentityKey,
  identityKey,
  type KubernetesObject,
  type Manifest,
  type ObjectReference,
  type Origin,
} from '../domain/manifest.ts';
import { manifestLine } from '../domain/manifest-line.ts';
import type { BlockedReason } from '../domain/plan.ts';
import type { Problem, Rendering } from '../domain/rendering.ts';
import { notAllowed, type Settled, type SettleInput, settleRendering } from './settle-rendering.ts';

/** One object that a plan is about: what Git said, says and would say of it, and whether the ledger holds it. */
export interface Subject {
  readonly key: IdentityKey;
  /** At the merged manifest's version, else the inventory's, else base's. */
  readonly reference: ObjectReference;
  /** Where the merged manifest stands, else base's. */
  readonly origin: Origin | null;
  /** The merged manifest as it was written; null: Git does not hold it. */
  readonly written: Manifest | null;
  readonly released: KubernetesObject | null;
  readonly base: KubernetesObject | null;
  /** Versions that say the same are the very same object. */
  readonly merged: KubernetesObject | null;
  /** Whether base and merged differ: the pull request wrote something here. */
  readonly touched: boolean;
  /** null: the ledger does not hold it. What was left behind is held by it where Git holds it again. */
  readonly entry: InventoryEntry | null;
  /** Why nothing about it is sent to the cluster; null: all is well. */
  readonly stop: BlockedReason | null;
  /** What the same plan makes and this one cannot live without, as far as Git tells: the definition of its kind. */
  readonly needs: readonly ObjectReference[];
  /** Of a kind that is not served: which object it would be, were it of the kind that was probably meant. */
  readonly meant: IdentityKey | null;
  /** What the manifest says and the cluster will not hear, where the pull request wrote it. */
  readonly notes: readonly Problem[];
}

export interface SubjectsInput extends SettleInput {
  readonly released: Rendering | null;
  readonly base: Rendering | null;
  readonly merged: Rendering | null;
  readonly ledger: Ledger | null;
}

/** The union of what is released, at base, merged and in the inventory: one subject for each identity. */
export function subjectsOf(input: SubjectsInput): readonly Subject[] {
  const settle = memoized((rendering: Rendering) => settleRendering(rendering, input));
  const released = settle(input.released);
  const base = settle(input.base);
  const merged = settle(input.merged);
  const owned = byKey(input.ledger?.inventory ?? []);
  const orphaned = byKey((input.ledger?.orphaned ?? []).flatMap(({ objects }) => objects));
  const keys = new Set([...merged.keys(), ...base.keys(), ...released.keys(), ...owned.keys()]);
  return [...keys].flatMap((key) => {
    const after = merged.get(key);
    // What was left behind is ours again once Git holds it again, and until then nobody's to delete.
    const entry = owned.get(key) ?? (after && orphaned.get(key)) ?? null;
    // What is not owned was not released there, whatever its rendering says (it went to another namespace).
    const before = owned.has(key) ? released.get(key) : undefined;
    return subjectOf(key, { before, between: base.get(key), after, entry }, input) ?? [];
  });
}

function byKey(entries: readonly InventoryEntry[]): ReadonlyMap<IdentityKey, InventoryEntry> {
  return new Map(entries.map((entry) => [identityKey(entry), entry]));
}

interface Versions {
  readonly before: Settled | undefined;
  readonly between: Settled | undefined;
  readonly after: Settled | undefined;
  readonly entry: InventoryEntry | null;
}

function subjectOf(key: IdentityKey, versions: Versions, input: SubjectsInput): Subject | null {
  const { before, between, after, entry } = versions;
  const reference = after?.reference ?? entry ?? between?.reference;
  if (reference === undefined) return null;
  const stop = after === undefined ? notAllowed(reference, input) : after.stop;
  // Neither to be applied nor ours to delete: not even asked about where the operator does not allow it.
  if (stop !== null && after === undefined && entry === null) return null;
  const merged = after?.object ?? null;
  const base = shared(sound(between), merged);
  const touched = !sameJson(between?.object, after?.object);
  return {
    key,
    reference,
    origin: after?.written.origin ?? between?.written.origin ?? null,
    written: after?.written ?? null,
    released: shared(shared(sound(before), merged), base),
    base,
    merged,
    touched,
    entry,
    stop,
    needs: after?.needs ?? [],
    meant: after?.meant ?? null,
    notes: touched && after ? droppedNamespace(after) : [],
  };
}

function droppedNamespace({ written, reference: { kind, namespace } }: Settled): readonly Problem[] {
  const said = written.object.metadata.namespace;
  if (namespace !== null || said === undefined || said === '') return [];
  const path = ['metadata', 'namespace'];
  const message = `${kind} is a kind outside namespaces: the namespace "${said}" is left out.`;
  return [{ file: written.origin?.file ?? null, line: manifestLine(written, path), path: path.join('.'), message }];
}

// What base or released say of an object that may not be applied was never applied: it is as if they said nothing.
function sound(settled: Settled | undefined): KubernetesObject | null {
  return settled?.stop === null ? settled.object : null;
}

// From here on equal manifests are one and the same object: whether two differ is asked a thousand times in a plan.
function shared(object: KubernetesObject | null, twin: KubernetesObject | null): KubernetesObject | null {
  return object !== null && sameJson(object, twin) ? twin : object;
}

// Equal renderings are settled once.
function memoized(
  settle: (rendering: Rendering) => ReadonlyMap<IdentityKey, Settled>,
): (rendering: Rendering | null) => ReadonlyMap<IdentityKey, Settled> {
  const done = new Map<string, ReadonlyMap<IdentityKey, Settled>>();
  return (rendering) => {
    if (rendering === null) return new Map();
    const settled = done.get(rendering.id) ?? settle(rendering);
    done.set(rendering.id, settled);
    return settled;
  };
}
