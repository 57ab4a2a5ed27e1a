import { isJsonObject, type Json } from '../../domain/json.ts';
import { YamlRefusal } from './refusal.ts';

/** The position (an offset into the text) of each member of each mapping and sequence that was composed. */
export type Places = WeakMap<object, ReadonlyMap<string | number, number>>;

/** A value that is composed, as it goes into the mapping or sequence around it. */
export interface Node {
  readonly value: Json;
  readonly position: number;
  /** Values in it, with those of its aliases. */
  readonly size: number;
  /** What it may be as a key of a mapping. */
  readonly key: 'scalar' | 'merge' | 'none';
}

/** A mapping that is not closed yet. */
export interface MappingFrame {
  readonly kind: 'mapping';
  readonly value: Record<string, Json>;
  readonly position: number;
  readonly places: Map<string | number, number>;
  size: number;
  readonly anchor: string | null;
  key: Key | null;
  /** Whether `<<` was there. */
  merges: boolean;
  /** Keys that came by `<<` and that the mapping itself may still say. */
  readonly merged: Set<string>;
}

interface Key {
  readonly name: string;
  readonly position: number;
  readonly merge: boolean;
}

/** The key that a node is. Throws where Kubernetes would guess. */
export function keyOf(node: Node): Key {
  const { value, position } = node;
  if (node.key === 'none') throw new YamlRefusal(position, 'A key is a text, not a list or a mapping.');
  if (value === null || typeof value === 'object') throw new YamlRefusal(position, 'A key is empty.');
  // Kubernetes writes them in a precision of its own: `1.10` is the key "1.1".
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isSafeInteger(value))) {
    throw new YamlRefusal(position, 'This key reads as a number: write it in quotes.');
  }
  // As Kubernetes turns YAML's keys into JSON's: `on: x` is the key "true".
  const name = String(value);
  if (name === '__proto__') throw new YamlRefusal(position, 'The key `__proto__` is not accepted.');
  return { name, position, merge: node.key === 'merge' };
}

/** Puts the value of the key that waits into the mapping; `<<` brings the members of others. */
export function addMember(frame: MappingFrame, key: Key, node: Node, places: Places): void {
  frame.key = null;
  if (key.merge) {
    if (frame.merges) throw new YamlRefusal(key.position, 'This key is there twice.');
    frame.merges = true;
    for (const source of mergeSources(node)) mergeInto(frame, key, source, places);
    return;
  }
  if (Object.hasOwn(frame.value, key.name) && !frame.merged.delete(key.name)) {
    throw new YamlRefusal(key.position, 'This key is there twice.');
  }
  frame.value[key.name] = node.value;
  frame.places.set(key.name, key.position);
}

function mergeSources(node: Node): readonly Readonly<Record<string, Json>>[] {
  const sources: readonly Json[] = Array.isArray(node.value) ? node.value : [node.value];
  return sources.map((source) => {
    if (!isJsonObject(source)) throw new YamlRefusal(node.position, 'Only mappings can be merged with `<<`.');
    return source as Readonly<Record<string, Json>>;
  });
}

function mergeInto(frame: MappingFrame, key: Key, source: Readonly<Record<string, Json>>, places: Places): void {
  for (const [name, value] of Object.entries(source)) {
    if (frame.merged.has(name)) continue; // the first of several mappings wins
    // Readers disagree about who wins here, so nobody can rely on it.
    if (Object.hasOwn(frame.value, name)) {
      throw new YamlRefusal(key.position, 'What `<<` brings is set above it already: put `<<` first.');
    }
    frame.value[name] = value;
    frame.merged.add(name);
    frame.places.set(name, places.get(source)?.get(name) ?? key.position);
  }
}
