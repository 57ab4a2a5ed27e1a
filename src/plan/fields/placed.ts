import { field } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { type Path, placeIn } from './path.ts';

/**
 * A copy of an object with this value there (undefined: without it); the object itself where the parent is not there. An
 * item of a list that is named and not there is added at the end.
 */
export function placed(node: Json, path: Path, value: Json | undefined): Json {
  const [segment, ...rest] = path;
  if (segment === undefined) return value ?? node;
  const place = placeIn(node, segment);
  const old = field(node, place);
  if (old === undefined && rest.length > 0) return node;
  const next = rest.length > 0 && old !== undefined ? placed(old, rest, value) : value;
  if (Array.isArray(node)) {
    if (old === undefined)
      return typeof segment === 'object' && next !== undefined
        ? (node as readonly Json[]).concat([next])
        : (node as readonly Json[]);
    return node.flatMap((item: Json, index) => (index !== place ? [item] : next === undefined ? [] : [next]));
  }
  if (!isJsonObject(node) || typeof place !== 'string') return node;
  const { [place]: _old, ...others }: JsonObject = node;
  return next === undefined ? others : { ...others, [place]: next };
}
