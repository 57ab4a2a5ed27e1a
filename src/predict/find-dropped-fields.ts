import { textField } from '../domain/field.ts';
import type { DroppedFields } from '../domain/goes-with.ts';
import type { JsonObject } from '../domain/json.ts';
import { apiVersionOf, type KubernetesObject } from '../domain/manifest.ts';
import { narrowingsOf } from '../plan/schema/narrowing.ts';
import { type Asking, isOutside, listOfKind } from './list-of-kind.ts';

/**
 * Of a map each object may have names of its own: of more than so many fields it is said what the schema drops (`spec.map.*`), which
 * does not change with each object that is made.
 */
const mostHeld = 200;

/**
 * Which fields living custom resources lose by a change of their definition; null: none. They are looked through only where
 * the schema drops something; of those that may not be read, all that it drops is said.
 */
export async function findDroppedFields(
  before: JsonObject,
  after: JsonObject,
  asking: Asking,
): Promise<DroppedFields | null> {
  const narrowings = narrowingsOf(before, after);
  const group = textField(before, 'spec', 'group');
  const kind = textField(before, 'spec', 'names', 'kind');
  if (narrowings.length === 0 || group === undefined || kind === undefined) return null;
  const found = await Promise.all(
    narrowings.map(async ({ version, gone, lostBy }) => {
      const { whole, objects } = await listOfKind({ apiVersion: apiVersionOf({ group, version }), kind }, asking);
      const losing = objects
        .map((object) => ({ object, fields: lostBy(object) }))
        .filter(({ fields }) => fields.length > 0);
      return { whole, losing, gone };
    }),
  );
  const whole = found.every((one) => one.whole);
  // Found in each version that it may be stored in, it is one object.
  const losing = new Map(found.flatMap((one) => one.losing).map(({ object }) => [placeOf(object), object] as const));
  if (whole && losing.size === 0) return null;
  const held = new Set(
    found.flatMap((one) => [...(one.whole ? [] : one.gone), ...one.losing.flatMap(({ fields }) => fields)]),
  );
  const fields = held.size > mostHeld ? new Set(found.flatMap(({ gone }) => gone)) : held;
  return {
    kind: 'dropped-fields',
    of: kind,
    fields: [...fields].toSorted(),
    count: losing.size,
    outside: [...losing.values()].filter((object) => isOutside(object, asking)).length,
    whole,
  };
}

function placeOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return `${namespace ?? ''}/${name}`;
}
