import { isJsonObject, type Json } from '../domain/json.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import type { ApplyOutcome, Refusal, RefusalCause } from '../domain/prediction.ts';
import { namedPosition } from '../plan/fields/named-field.ts';

/** How often a manifest is asked about again: whoever has more mistakes than this learns of the rest another time. */
const rounds = 10;

/**
 * Of each struct the API server names only the first field that it does not know: the manifest is asked about again
 * without those it named, until nothing of the kind is left. The same refusal, with all causes.
 */
export async function allWrongFields(
  refusal: Refusal,
  manifest: KubernetesObject,
  ask: (manifest: KubernetesObject) => Promise<ApplyOutcome>,
): Promise<Refusal> {
  const causes: RefusalCause[] = [...refusal.causes];
  let last = refusal;
  let rest = manifest;
  for (let round = 0; round < rounds && isWrongField(last); round++) {
    const left = last.causes.reduce<KubernetesObject | null>(withoutField, rest);
    if (left === null || left === rest) break;
    const outcome = await ask(left);
    if (outcome.kind !== 'refused') break;
    rest = left;
    last = outcome.refusal;
    if (isWrongField(last)) causes.push(...last.causes);
  }
  return { ...refusal, causes };
}

function isWrongField({ reason }: Refusal): boolean {
  return reason === 'unknown-field' || reason === 'malformed';
}

// null: it is not known what was meant. An item is left where it is: without it the others would be counted otherwise.
function withoutField(object: KubernetesObject | null, { field }: RefusalCause): KubernetesObject | null {
  const position = object === null || field === null ? null : namedPosition(object, `.${field}`);
  if (object === null || position === null || typeof position.at(-1) !== 'string' || position.length < 2) return null;
  return without(object, position) as KubernetesObject;
}

function without(value: Json | undefined, [step, ...deeper]: readonly (string | number)[]): Json | undefined {
  if (step === undefined) return undefined;
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => (index === step ? (without(item, deeper) ?? null) : item));
  }
  if (!isJsonObject(value)) return value;
  const { [step]: member, ...others } = value;
  const left = without(member, deeper);
  return left === undefined ? others : { ...others, [step]: left };
}
