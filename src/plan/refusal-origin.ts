import type { Manifest, Origin } from '../domain/manifest.ts';
import { manifestLine } from '../domain/manifest-line.ts';
import type { Refusal } from '../domain/prediction.ts';
import { conflictPosition } from './conflict-field.ts';

/** Where in Git the first field stands that the API server names in a refusal, or as near to it as Git has something. */
export function refusalOrigin({ object, origin, ...rest }: Manifest, refusal: Refusal): Origin | null {
  const field = refusal.causes.find((cause) => cause.field !== null)?.field;
  if (origin === null || field === null || field === undefined) return origin;
  let place = `.${field}`;
  for (;;) {
    const position = conflictPosition(object, place);
    if (position !== null) return { ...origin, line: manifestLine({ object, origin, ...rest }, position) };
    const above = place.replace(/(?:\.[^.[]*|\[[^\]]*\])$/, '');
    if (above === place) return origin;
    place = above;
  }
}
