import { isJsonObject } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { nearestName } from '../../domain/nearest-name.ts';
import type { Refusal, RefusalCause } from '../../domain/prediction.ts';
import { namedPosition } from '../fields/named-field.ts';
import { valueAt } from '../fields/path.ts';

/**
 * A refusal that says of a field which the API server does not know what was probably meant: the nearest of the fields that
 * live there, and that the manifest does not write. Of what does not live yet nothing is known.
 */
export function withMeantFields(
  refusal: Refusal,
  desired: KubernetesObject | null,
  live: KubernetesObject | null,
): Refusal {
  if (desired === null || live === null) return refusal;
  return { ...refusal, causes: refusal.causes.map((cause) => withMeant(cause, desired, live)) };
}

function withMeant(cause: RefusalCause, desired: KubernetesObject, live: KubernetesObject): RefusalCause {
  if (cause.field === null || !/not declared in schema|unknown field/.test(cause.message)) return cause;
  const position = namedPosition(desired, `.${cause.field}`);
  const name = position?.at(-1);
  if (position === null || typeof name !== 'string') return cause;
  const [written, lives] = [desired, live].map((object) => valueAt(object, position.slice(0, -1)));
  if (!isJsonObject(written) || !isJsonObject(lives)) return cause;
  const meant = nearestName(
    name,
    Object.keys(lives).filter((key) => !Object.hasOwn(written, key)),
  );
  return meant === null ? cause : { ...cause, message: `${cause.message}. Did you mean \`${meant}\`?` };
}
