import { field } from '../../domain/field.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';

/** Where in an object: members by name, list items by what names them (`name=web`), or by index where nothing does. */
export type Path = readonly Segment[];

export type Segment = string | number | ListItem;

/** A list item as a person names it: the one whose `key` is `value`. */
export interface ListItem {
  readonly key: string;
  readonly value: string | number;
}

/** `spec.template.spec.containers[name=web].image`; a member with a dot in it as `annotations["example.com/team"]`. */
export function pathText(path: Path): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (typeof segment !== 'string') text += `[${segment.key}=${segment.value}]`;
    else if (/[.[\]"]/.test(segment) || segment === '') text += `[${JSON.stringify(segment)}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}

/** The value there; undefined: nothing is. */
export function valueAt(root: Json | undefined, path: Path): Json | undefined {
  const position = positionOf(root, path);
  return position === null ? undefined : field(root, ...position);
}

/** The same path with every list item by its index in this very object; null: the object has no such path. */
export function positionOf(root: Json | undefined, path: Path): readonly (string | number)[] | null {
  const position: (string | number)[] = [];
  let node = root;
  for (const segment of path) {
    const place = placeIn(node, segment);
    node = field(node, place);
    if (node === undefined) return null;
    position.push(place);
  }
  return position;
}

/** A list item by its index in this very list; -1: it is not there. */
export function placeIn(node: Json | undefined, segment: Segment): string | number {
  if (typeof segment !== 'object') return segment;
  if (!Array.isArray(node)) return -1;
  return node.findIndex((member: Json) => isJsonObject(member) && member[segment.key] === segment.value);
}
