import type { Environment } from '../domain/environment.ts';
import { canonicalJson, isJsonObject, type Json } from '../domain/json.ts';
import { apiVersionOf, type IdentityKey, type KubernetesObject } from '../domain/manifest.ts';
import type { Live } from '../domain/prediction.ts';
import type { Evidence } from '../plan/evidence.ts';
import { sameContent } from '../plan/fields/content.ts';
import { keyedHash } from '../plan/keyed-hash.ts';
import { isReleased } from '../plan/ownership.ts';
import type { Subject } from '../plan/subjects.ts';
import type { Cluster, Surroundings } from '../ports/cluster.ts';
import type { KnownUnchanged } from '../ports/known-unchanged.ts';
import { isServedElsewhere } from './served-elsewhere.ts';

/** What a memory of dry runs needs besides the cluster that they run on. */
export interface MemoryOptions {
  readonly known: KnownUnchanged;
  /** Under an identity that may read what surrounds everything. */
  readonly own: Pick<Cluster, 'surroundings'>;
  /** Whom the applies are made as; null: Fairlead itself. */
  readonly impersonate: string | null;
  /** A bare hash would let anyone who reads the keys confirm a guessed password. */
  readonly key: Uint8Array;
}

export interface Remembering {
  readonly cluster: Pick<Cluster, 'name' | 'version' | 'served'>;
  readonly applySet: string;
  readonly environment: Pick<Environment, 'conflicts' | 'foreign' | 'adopt' | 'ignore'>;
  readonly signal: AbortSignal;
}

export interface Remembered {
  /** The evidence that asking would bring; null: it has to be asked. */
  readonly evidence: (subject: Subject) => Evidence | null;
  /** Keeps what was asked and changes nothing, for the next plan. */
  readonly learn: (evidence: readonly (readonly [Subject, Evidence])[]) => Promise<void>;
}

/** To fewer objects than this asking is no more than finding out whether one has to. */
const worthwhile = 20;

export const nothingRemembered: Remembered = { evidence: () => null, learn: () => Promise.resolve() };

/**
 * Which objects need not be asked about, because the same manifest, applied by the same identity to the same object, with
 * the same definitions, admission, limits and namespace around, changed nothing within the hour. Whatever is not known for certain is
 * asked; a release asks everything.
 */
export async function recallUnchanged(
  subjects: readonly Subject[],
  live: ReadonlyMap<IdentityKey, Live>,
  { known, own, impersonate, key }: MemoryOptions,
  remembering: Remembering,
): Promise<Remembered> {
  const { cluster, applySet, environment, signal } = remembering;
  const settled = subjects.flatMap((subject) => {
    const found = live.get(subject.key);
    return found?.kind === 'present' && isSettled(subject, found.object, applySet) ? [{ subject, live: found }] : [];
  });
  if (settled.length < worthwhile) return nothingRemembered;
  const [surroundings, version] = await Promise.all([own.surroundings(signal), cluster.version(signal)]);
  if (surroundings === null) return nothingRemembered;
  const { conflicts, foreign, adopt, ignore } = environment;
  const rules = { conflicts, foreign, adopt, ignore: ignore.map(({ line: _, ...rule }) => rule) };
  const all = canonicalJson([cluster.name, version, impersonate, surroundings.admission, rules]);
  const keys = new Map<IdentityKey, string>();
  for (const { subject, live: found } of settled) {
    const around = await surroundingsOf(subject, surroundings, remembering);
    if (around === null) continue;
    const text = canonicalJson([around, subject.merged, lasting(found.object)]);
    keys.set(subject.key, keyedHash(key, all + text));
  }
  const there = await known.among([...keys.values()]);
  const isKnown = (subject: Subject): boolean => there.has(keys.get(subject.key) ?? '');
  return {
    evidence: (subject) => {
      const found = live.get(subject.key);
      return found?.kind === 'present' && isKnown(subject) ? unchangedEvidence(subject, found) : null;
    },
    learn: async (evidence) => {
      const learnt = evidence.flatMap(([subject, found]) => {
        const name = keys.get(subject.key);
        const isNews = name !== undefined && !there.has(name) && live.get(subject.key) === found.live;
        return isNews && changesNothing(found) ? [name] : [];
      });
      if (learnt.length > 0) await known.remember(learnt);
    },
  };
}

/** Git says of it now what it said when it was released, and it is what was released. */
function isSettled(subject: Subject, object: KubernetesObject, applySet: string): boolean {
  const { released, base, merged, stop, needs, entry } = subject;
  if (merged === null || released !== merged || base !== merged) return false;
  return stop === null && needs.length === 0 && isReleased(object, entry, applySet);
}

/** What decides on this one; null: it cannot be told. */
async function surroundingsOf(
  { reference }: Subject,
  { definitions, limits, namespaces }: Surroundings,
  { cluster, signal }: Remembering,
): Promise<Json | null> {
  const { group, kind, namespace } = reference;
  const served = await cluster.served(apiVersionOf(reference), kind, signal);
  if (served === null) return null;
  if (isServedElsewhere(served, definitions)) return null;
  const definition = definitions.get(`${served.plural}.${group}`) ?? null;
  return namespace === null
    ? [definition]
    : [definition, limits.get(namespace) ?? null, namespaces.get(namespace) ?? null];
}

/** A living object without what controllers write as they work: its status, and what every write counts up. */
function lasting({ status: _status, metadata, ...content }: KubernetesObject): Json {
  const { resourceVersion: _version, generation: _generation, managedFields = [], ...kept } = metadata;
  const managers = managedFields.flatMap((entry) => {
    if (!isJsonObject(entry) || entry['subresource'] === 'status') return [];
    const { time: _time, ...held } = entry;
    return [held];
  });
  return { ...content, metadata: { ...kept, managedFields: managers } };
}

function changesNothing({ finding }: Evidence): boolean {
  if (finding.kind !== 'update' || finding.claims.length > 0 || finding.left.length > 0) return false;
  const { live, merged, released, base, takeover, doubt } = finding;
  // Whose fields are whose by then is part of the answer: here it would be as it is now.
  if (takeover !== undefined || doubt !== undefined) return false;
  const isOne = released.kind === 'object' && base.kind === 'object' && released.object === merged;
  return isOne && base.object === merged && sameContent(live, merged);
}

// Applied, it would be what it is: it stands for every prediction of it.
function unchangedEvidence(subject: Subject, live: Extract<Live, { readonly kind: 'present' }>): Evidence {
  const { object } = live;
  const same = { kind: 'object', object, warnings: [] } as const;
  return {
    live,
    desired: subject.merged,
    finding: {
      kind: 'update',
      live: object,
      released: same,
      base: same,
      merged: object,
      warnings: [],
      claims: [],
      left: [],
    },
  };
}
