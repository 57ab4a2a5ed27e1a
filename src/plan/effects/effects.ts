import { type Effect, effectKinds } from '../../domain/effect.ts';
import type { IdentityKey } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';
import { dataEffects } from './data-effects.ts';
import { disruptionEffects } from './disruption-effects.ts';
import { imageEffects } from './image-effects.ts';
import type { Neighbours } from './neighbours.ts';
import { networkEffects } from './network-effects.ts';
import { podEffects } from './pod-effects.ts';
import { powerEffects } from './power-effects.ts';
import { referenceEffects } from './reference-effects.ts';
import { roleEffects } from './role-effects.ts';
import { routeEffects } from './route-effects.ts';
import { scaleEffects } from './scale-effects.ts';
import { leftServices, serviceEffects } from './service-effects.ts';
import { type Surroundings, surroundingsOf } from './surroundings.ts';

/** What one object's change does, beside what else the plan holds. Not yet masked. */
type Family = (judgement: Judgement, plan: Surroundings) => readonly Effect[];

const families: readonly Family[] = [
  dataEffects,
  podEffects,
  scaleEffects,
  imageEffects,
  serviceEffects,
  leftServices,
  routeEffects,
  referenceEffects,
  roleEffects,
  powerEffects,
  networkEffects,
  disruptionEffects,
];

/** What each change does to people, gravest first; of what is kept back nothing happens. */
export function effectsOf(
  judgements: readonly Judgement[],
  neighbours: Neighbours,
): ReadonlyMap<IdentityKey, readonly Effect[]> {
  const plan = surroundingsOf(judgements, neighbours);
  return new Map(
    judgements.flatMap((judgement) => {
      if (!happens.has(judgement.action)) return [];
      const effects = families.flatMap((family) => family(judgement, plan)).toSorted(byGravity);
      return effects.length === 0 ? [] : [[judgement.subject.key, effects] as const];
    }),
  );
}

const happens: ReadonlySet<Judgement['action']> = new Set(['create', 'update', 'replace', 'delete']);

function byGravity(left: Effect, right: Effect): number {
  return effectKinds.indexOf(left.kind) - effectKinds.indexOf(right.kind);
}
