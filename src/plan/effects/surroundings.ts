import type { JsonObject } from '../../domain/json.ts';
import type { IdentityKey, ObjectReference } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';
import { type Referrers, referrersOf } from '../relations/referrers.ts';
import type { Neighbours } from './neighbours.ts';

/** One object of the plan, as it is and as the release leaves it. */
export interface PlanObject {
  readonly key: IdentityKey;
  readonly reference: ObjectReference;
  /** null: it does not live, or nobody may read it. */
  readonly before: JsonObject | null;
  /** null: it does not live then. Of what is kept back, what Git wants of it. */
  readonly after: JsonObject | null;
}

/** What the effects of one object depend on besides that object. */
export interface Surroundings {
  /** null: outside namespaces. */
  readonly inNamespace: (namespace: string | null) => readonly PlanObject[];
  readonly find: (key: IdentityKey) => PlanObject | null;
  readonly referrers: ReadonlyMap<IdentityKey, Referrers>;
  readonly neighbours: Neighbours;
}

export function surroundingsOf(judgements: readonly Judgement[], neighbours: Neighbours): Surroundings {
  const objects = judgements.map(planObject);
  const places = Map.groupBy(objects, ({ reference }) => reference.namespace);
  const byKey = new Map(objects.map((object) => [object.key, object]));
  return {
    inNamespace: (namespace) => places.get(namespace) ?? [],
    find: (key) => byKey.get(key) ?? null,
    referrers: referrersOf(judgements),
    neighbours,
  };
}

function planObject({ subject, action, live, desired, after }: Judgement): PlanObject {
  const lives = live.kind === 'present' ? live.object : null;
  const { key, reference } = subject;
  switch (action) {
    case 'delete':
      return { key, reference, before: lives, after: null };
    case 'create':
    case 'update':
    case 'replace':
      return { key, reference, before: lives, after: after ?? desired };
    case 'unchanged':
      return { key, reference, before: lives, after: lives ?? desired };
    case 'blocked':
    case 'unknown':
      return { key, reference, before: lives, after: desired ?? lives };
  }
}
