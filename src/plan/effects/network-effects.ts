import type { Effect } from '../../domain/effect.ts';
import { field, listField } from '../../domain/field.ts';
import { canonicalJson, type Json, type JsonObject, sameJson } from '../../domain/json.ts';
import type { Judgement } from '../judgement.ts';

/** What a NetworkPolicy no longer refuses. Each of its rules allows something, so a rule more is traffic more. */
export function networkEffects({ subject, action, before, after }: Judgement): readonly Effect[] {
  const { group, kind } = subject.reference;
  if (group !== 'networking.k8s.io' || kind !== 'NetworkPolicy' || before === null) return [];
  if (action === 'delete') return [{ kind: 'opens-network', rules: null }];
  if ((action !== 'update' && action !== 'replace') || after === null) return [];
  // Of other pods nobody knows which were restricted and no longer are; an empty selector is about all of them.
  const [chose, chooses] = [selectorOf(before), selectorOf(after)];
  if (chooses !== '{}' && chooses !== chose) return [{ kind: 'opens-network', rules: null }];
  const wider = (['ingress', 'egress'] as const).reduce((sum, direction) => {
    if (!isRestricted(before, direction)) return sum;
    if (!isRestricted(after, direction)) return sum + 1;
    const had = listField(before, 'spec', direction);
    return sum + listField(after, 'spec', direction).filter((rule) => !had.some((one) => sameJson(one, rule))).length;
  }, 0);
  return wider === 0 ? [] : [{ kind: 'opens-network', rules: wider }];
}

function selectorOf(policy: JsonObject): string {
  return canonicalJson(field(policy, 'spec', 'podSelector') ?? {});
}

function isRestricted(policy: JsonObject, direction: 'ingress' | 'egress'): boolean {
  const types: Json | undefined = field(policy, 'spec', 'policyTypes');
  return Array.isArray(types) && types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
}
