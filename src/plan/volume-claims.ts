import type { VolumeClaims } from '../domain/effect.ts';
import { listField, numberField, textField } from '../domain/field.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Judgement } from './judgement.ts';

/** How many are named. */
const named = 10;

/**
 * What becomes of the volume claims that a StatefulSet made for its pods, where the change takes pods away for good; null:
 * it takes none away, or they have no claims. Deleted with it, they are deleted by the policy that lives; scaled down, by
 * the one that is applied with it (KEP-1847). Each claim is named for its template, its set and the pod's ordinal.
 */
export function volumeClaimsOf({ subject, action, live, after }: Judgement): VolumeClaims | null {
  const { group, kind, name } = subject.reference;
  if (group !== 'apps' || kind !== 'StatefulSet' || live.kind !== 'present') return null;
  const { object } = live;
  const templates = listField(object, 'spec', 'volumeClaimTemplates').map((one) => textField(one, 'metadata', 'name'));
  const gone = goneOrdinals(action, object, after);
  const count = templates.length * gone.reduce((sum, { from, to }) => sum + to - from, 0);
  if (count === 0) return null;
  const names = firstOf(gone).flatMap((ordinal) => templates.map((template = '') => `${template}-${name}-${ordinal}`));
  const rule = action === 'update' ? policyOf(after ?? object, 'whenScaled') : policyOf(object, 'whenDeleted');
  return { fate: rule === 'Delete' ? 'deleted' : 'kept', count, names: names.slice(0, named) };
}

/** Up to `to`, without it. */
interface Ordinals {
  readonly from: number;
  readonly to: number;
}

function goneOrdinals(action: Judgement['action'], live: JsonObject, after: JsonObject | null): readonly Ordinals[] {
  const before = ordinalsOf(live, live);
  switch (action) {
    case 'delete':
    case 'replace':
      return [before];
    case 'update': {
      const stay = ordinalsOf(after ?? live, live);
      const below = { from: before.from, to: Math.min(before.to, stay.from) };
      const above = { from: Math.max(before.from, stay.to), to: before.to };
      return [below, above].filter(({ from, to }) => from < to);
    }
    case 'create':
    case 'unchanged':
    case 'blocked':
    case 'unknown':
      return [];
  }
}

/** A number of replicas that is not there is nobody's to change: a rule leaves it to others. */
function ordinalsOf(set: JsonObject, live: JsonObject): Ordinals {
  const replicas = numberField(set, 'spec', 'replicas') ?? numberField(live, 'spec', 'replicas') ?? 1;
  const from = numberField(set, 'spec', 'ordinals', 'start') ?? 0;
  return { from, to: from + replicas };
}

function firstOf(ranges: readonly Ordinals[]): readonly number[] {
  return ranges
    .flatMap(({ from, to }) => Array.from({ length: Math.min(to - from, named) }, (_, index) => from + index))
    .slice(0, named);
}

function policyOf(set: JsonObject, member: 'whenDeleted' | 'whenScaled'): string | undefined {
  return textField(set, 'spec', 'persistentVolumeClaimRetentionPolicy', member);
}
