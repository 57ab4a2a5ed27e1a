import { EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import { isJsonObject, type Json } from '../domain/json.ts';
import type { YamlDocument, YamlPath } from './kubernetes-yaml.ts';
import { isSpent, maxValues, weightOf, type YamlBudget } from './yaml-budget.ts';
import type { ParsedYaml } from './yaml-events.ts';
import { resolveFloat, resolveInteger, resolvePlainScalar } from './yaml-scalar.ts';

/** What YAML allows and Fairlead does not accept. The message never holds a value. */
export class YamlRefusal extends Error {
  /** Offset into the text. */
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

/** Builds the values of a parsed text; remembers where each member of each mapping and sequence stands. */
export function composeDocuments(
  { text, events }: ParsedYaml,
  lineAt: (position: number) => number,
  budget: YamlBudget,
): readonly YamlDocument[] {
  const places: Places = new WeakMap();
  const documents: YamlDocument[] = [];
  const anchors = new Map<string, Anchor>();
  const open: Frame[] = [];
  let position = 0;

  const count = (size: number, at: number): void => {
    budget.values -= size;
    if (isSpent(budget)) throw new YamlRefusal(at, tooMuch);
  };

  const add = (node: Node): void => {
    const frame = open.at(-1);
    if (frame === undefined) throw new YamlRefusal(node.position, 'This is not YAML.');
    frame.size += node.size;
    switch (frame.kind) {
      case 'document':
        frame.value = node.value;
        frame.position = node.position;
        break;
      case 'sequence':
        frame.places.set(frame.value.length, node.position);
        frame.value.push(node.value);
        break;
      case 'mapping':
        if (frame.key === null) frame.key = keyOf(node);
        else addMember(frame, frame.key, node, places);
    }
  };

  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        anchors.clear();
        open.push({ kind: 'document', value: null, position, size: 0, anchor: null });
        break;
      case EVENT_ID.SCALAR: {
        if (event.valueStart >= 0) position = event.valueStart;
        const source = getScalarValue(text, event);
        const size = weightOf(source);
        count(size, position);
        const plain = event.style === SCALAR_STYLE.PLAIN;
        const value = scalarValue(source, plain, tagOf(text, event), position);
        const merge = plain && source === '<<' && event.tagStart < 0;
        const node: Node = { value, position, size, key: merge ? 'merge' : 'scalar' };
        if (event.anchorStart >= 0) anchors.set(anchorOf(text, event), { node });
        add(node);
        break;
      }
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        position = event.start;
        count(1, position);
        const sequence = event.type === EVENT_ID.SEQUENCE;
        const tag = tagOf(text, event);
        if (tag !== null && tag !== (sequence ? 'seq' : 'map')) throw unknownTag(position);
        const anchor = event.anchorStart < 0 ? null : anchorOf(text, event);
        if (anchor !== null) anchors.set(anchor, { node: null });
        const common = { position, size: 1, anchor, places: new Map() };
        if (sequence) open.push({ ...common, kind: 'sequence', value: [] });
        else open.push({ ...common, kind: 'mapping', value: {}, key: null, merges: false, merged: new Set() });
        break;
      }
      case EVENT_ID.ALIAS: {
        position = event.anchorStart;
        const anchor = anchors.get(anchorOf(text, event));
        if (anchor === undefined) throw new YamlRefusal(position, 'There is no anchor of this name above.');
        if (anchor.node === null) throw new YamlRefusal(position, 'This alias contains itself.');
        count(anchor.node.size, position);
        add({ ...anchor.node, position, key: anchor.node.key === 'merge' ? 'scalar' : anchor.node.key });
        break;
      }
      case EVENT_ID.POP: {
        const frame = open.pop();
        if (frame === undefined) break;
        if (frame.kind === 'document') {
          documents.push(documentOf(frame, places, lineAt));
          break;
        }
        places.set(frame.value, frame.places);
        const node: Node = { value: frame.value, position: frame.position, size: frame.size, key: 'none' };
        if (frame.anchor !== null) anchors.set(frame.anchor, { node });
        add(node);
      }
    }
  }
  return documents;
}

const tooMuch = `Up to here there are, with what aliases repeat, more than ${maxValues} values: split the environment.`;

type Places = WeakMap<object, ReadonlyMap<string | number, number>>;

interface Node {
  readonly value: Json;
  readonly position: number;
  /** Values in it, with those of its aliases. */
  readonly size: number;
  /** What it may be as a key of a mapping. */
  readonly key: 'scalar' | 'merge' | 'none';
}

interface Anchor {
  /** null: not closed yet. */
  readonly node: Node | null;
}

type Frame = DocumentFrame | SequenceFrame | MappingFrame;

interface DocumentFrame {
  readonly kind: 'document';
  value: Json;
  position: number;
  size: number;
  readonly anchor: null;
}

interface SequenceFrame {
  readonly kind: 'sequence';
  readonly value: Json[];
  readonly position: number;
  readonly places: Map<string | number, number>;
  size: number;
  readonly anchor: string | null;
}

interface MappingFrame {
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

function keyOf(node: Node): Key {
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

function addMember(frame: MappingFrame, key: Key, node: Node, places: Places): void {
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

function scalarValue(source: string, plain: boolean, tag: string | null, position: number): Json {
  const value = taggedValue(source, plain, tag);
  if (value !== undefined) return value;
  throw tag === null
    ? new YamlRefusal(position, '`.inf` and `.nan` cannot be sent to Kubernetes.')
    : unknownTag(position);
}

/** undefined: the tag does not fit the text, or nobody knows it. */
function taggedValue(source: string, plain: boolean, tag: string | null): Json | undefined {
  switch (tag) {
    case null:
      return plain ? resolvePlainScalar(source) : source;
    case '':
    case 'str':
      return source;
    case 'int':
      return resolveInteger(source);
    case 'float':
      return resolveFloat(source);
    case 'bool':
    case 'null': {
      const value = resolvePlainScalar(source);
      return tag === (value === null ? 'null' : value === true || value === false ? 'bool' : '') ? value : undefined;
    }
    case 'binary':
      return binaryText(source);
    default:
      return undefined;
  }
}

/** `!!binary` is base64 of a text: Kubernetes' reader decodes it, and JSON holds it only where it is UTF-8. */
function binaryText(source: string): string | undefined {
  const bytes = Buffer.from(source, 'base64');
  if (bytes.toString('base64') !== source.replaceAll(/\s/g, '')) return undefined;
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

function unknownTag(position: number): YamlRefusal {
  return new YamlRefusal(
    position,
    'This tag (`!…`) is not one that Kubernetes knows, or does not fit what it stands on.',
  );
}

/** The tag without YAML's own prefix; '' is the tag `!`; null: none. */
function tagOf(text: string, event: { readonly tagStart: number; readonly tagEnd: number }): string | null {
  if (event.tagStart < 0) return null;
  const tag = text.slice(event.tagStart, event.tagEnd);
  if (tag === '!') return '';
  const match = /^(?:!!|!<tag:yaml\.org,2002:)(\w+)>?$/.exec(tag);
  return match?.[1] ?? tag;
}

function anchorOf(text: string, event: { readonly anchorStart: number; readonly anchorEnd: number }): string {
  return text.slice(event.anchorStart, event.anchorEnd);
}

function documentOf(frame: DocumentFrame, places: Places, lineAt: (position: number) => number): YamlDocument {
  return {
    value: frame.value,
    line: lineAt(frame.position),
    lineOf: (path) => lineAt(positionOf(frame, places, path)),
    lineIn: (container, member) => lineAt(places.get(container)?.get(member) ?? frame.position),
  };
}

function positionOf(frame: DocumentFrame, places: Places, path: YamlPath): number {
  let value: Json | undefined = frame.value;
  let { position } = frame;
  for (const step of path) {
    if (value === null || typeof value !== 'object') break;
    position = places.get(value)?.get(step) ?? position;
    value = (value as Readonly<Record<string | number, Json>>)[step];
    if (value === undefined) break;
  }
  return position;
}
