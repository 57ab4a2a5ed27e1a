import { listField, numberField, textField } from '../domain/field.ts';
import type { JsonObject } from '../domain/json.ts';

/** One entry of `status.conditions`, as the API conventions define it. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number | undefined;
}

export function conditionsOf(object: JsonObject): readonly Condition[] {
  return listField(object, 'status', 'conditions').map(conditionFrom);
}

export function conditionFrom(entry: JsonObject): Condition {
  return {
    type: textField(entry, 'type') ?? '',
    status: textField(entry, 'status') ?? '',
    reason: textField(entry, 'reason') ?? '',
    message: textField(entry, 'message') ?? '',
    observedGeneration: numberField(entry, 'observedGeneration'),
  };
}

export function conditionOf(object: JsonObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** `Reason: message`, or what there is of them, or the condition's own name. */
export function conditionReason(condition: Condition): string {
  const said = [condition.reason, condition.message].filter((text) => text !== '').join(': ');
  return said === '' ? `${condition.type} is ${condition.status === '' ? 'not reported' : condition.status}` : said;
}
