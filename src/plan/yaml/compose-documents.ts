import { EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import type { Json } from '../../domain/json.ts';
import { isSpent, maxValues, weightOf, type YamlBudget } from './budget.ts';
import type { ParsedYaml } from './events.ts';
import type { YamlDocument, YamlPath } from './kubernetes-yaml.ts';
import { addMember, keyOf, type MappingFrame, type Node, type Places } from './mapping.ts';
import { YamlRefusal } from './refusal.ts';
import { scalarValue, tagOf, unknownTag } from './tagged-scalar.ts';

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
