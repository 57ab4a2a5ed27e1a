import { textField } from '../domain/field.ts';
import type { DroppedFields } from '../domain/goes-with.ts';
import type { JsonObject } from '../domain/json.ts';
import { apiVersionOf } from '../domain/manifest.ts';
import { narrowingOf } from '../plan/schema/narrowing.ts';
import { type Asking, isOutside, listOfKind } from './list-of-kind.ts';

/**
 * Which fields living custom resources lose by a change of their definition; null: none. They are looked through only where
 * the schema drops something; of those that may not be read, all that it drops is said.
 */
export async function findDroppedFields(
  before: JsonObject,
  after: JsonObject,
  asking: Asking,
): Promise<DroppedFields | null> {
  const narrowing = narrowingOf(before, after);
  const group = textField(before, 'spec', 'group');
  const kind = textField(before, 'spec', 'names', 'kind');
  if (narrowing === null || group === undefined || kind === undefined) return null;
  const { version, gone, lostBy } = narrowing;
  const { whole, objects } = await listOfKind({ apiVersion: apiVersionOf({ group, version }), kind }, asking);
  const losing = objects
    .map((object) => ({ object, fields: lostBy(object) }))
    .filter(({ fields }) => fields.length > 0);
  if (whole && losing.length === 0) return null;
  const lost = new Set(losing.flatMap(({ fields }) => fields));
  return {
    kind: 'dropped-fields',
    of: kind,
    fields: [...(whole ? lost : new Set([...gone, ...lost]))].toSorted(),
    count: losing.length,
    outside: losing.filter(({ object }) => isOutside(object, asking)).length,
    whole,
  };
}
