import { YAMLException } from 'js-yaml';
import type { Json } from '../../domain/json.ts';
import { atOnce } from './at-once.ts';
import { isSpent, maxDocuments, maxValues, takeExtent, type YamlBudget, yamlBudget } from './budget.ts';
import { composeDocuments } from './compose-documents.ts';
import { parseYamlEvents } from './events.ts';
import { isBeyondDocument, maxDocument, yamlExtent } from './extent.ts';
import { YamlRefusal } from './refusal.ts';

/** One document of a YAML file, with the lines of its parts. */
export interface YamlDocument {
  /** null also for a document without content. */
  readonly value: Json;
  /** Where its content begins; from 1. */
  readonly line: number;
  /** The line of a member of the value, or of the nearest that is written above it. */
  readonly lineOf: (path: YamlPath) => number;
  /** The line of a member of one of the value's own mappings or lists. */
  readonly lineIn: (container: object, member: string | number) => number;
}

export type YamlPath = readonly (string | number)[];

export interface YamlProblem {
  /** From 1. */
  readonly line: number;
  /** One sentence; never holds a value. */
  readonly message: string;
}

export type YamlReading =
  | { readonly kind: 'read'; readonly documents: readonly YamlDocument[] }
  | { readonly kind: 'malformed'; readonly problems: readonly YamlProblem[] };

/**
 * YAML (and so JSON) as Kubernetes reads it. Stricter than Kubernetes where it would guess or lose something: keys that
 * are there twice, aliases that contain themselves or multiply, tags of applications, `.inf` and `.nan` are problems.
 * Each document is judged for itself, so that all problems are said at once. `budget`: of all texts that are read
 * together.
 */
export function readKubernetesYaml(text: string, budget: YamlBudget = yamlBudget()): YamlReading {
  return atOnce(readYamlInSteps(text, budget));
}

/** The same, with a stop before each document: whoever reads much lets others go on there. */
export function* readYamlInSteps(text: string, budget: YamlBudget): Generator<void, YamlReading> {
  takeExtent(budget, yamlExtent(text));
  if (isSpent(budget)) return { kind: 'malformed', problems: [{ line: 1, message: tooMuch }] };
  return yield* readCountedYamlInSteps(text, budget);
}

/** The same, of a text whose extent was taken from the budget already. */
export function* readCountedYamlInSteps(text: string, budget: YamlBudget): Generator<void, YamlReading> {
  const documents: YamlDocument[] = [];
  const problems: YamlProblem[] = [];
  for (const part of partsOf(text)) {
    yield;
    const read = readPart(part, budget);
    if ('message' in read) problems.push(read);
    else for (const document of read) documents.push(document);
    // Nothing more can be read: what is said of the rest would say no more.
    if (isSpent(budget)) break;
  }
  return problems.length > 0 ? { kind: 'malformed', problems } : { kind: 'read', documents };
}

const tooMuch = `This may hold more than ${maxValues} values or ${maxDocuments} documents: split it.`;
const tooLarge = `One document may hold up to ${maxDocument.values} values and 8 MiB: split it.`;

function readPart({ text, linesBefore }: Part, budget: YamlBudget): readonly YamlDocument[] | YamlProblem {
  if (isBeyondDocument(text)) return { line: linesBefore + 1, message: tooLarge };
  const separator = lineSeparators.exec(text);
  if (separator !== null) {
    const line = linesBefore + text.slice(0, separator.index).split('\n').length;
    return { line, message: 'This line holds an invisible line separator: write it as `\\u2028` in double quotes.' };
  }
  let lineAt = (_position: number): number => linesBefore + 1;
  try {
    const parsed = parseYamlEvents(text, budget);
    const lineStarts = startsOfLines(parsed.text);
    lineAt = (position) => linesBefore + lineNumber(lineStarts, position);
    return composeDocuments(parsed, lineAt, budget);
  } catch (error) {
    if (error instanceof YamlRefusal) return problem(text, linesBefore, lineAt(error.position), error.message);
    if (!(error instanceof YAMLException)) throw error;
    // js-yaml quotes names from the source at the end of some of its sentences: they may be a Secret's value.
    const words = error.reason.replace(/(: | ").*$/s, '');
    return problem(
      text,
      linesBefore,
      linesBefore + Math.min((error.mark?.line ?? 0) + 1, linesWithText(text)),
      `This is not YAML: ${words}.`,
    );
  }
}

/** A quote that is never closed is noticed at the end, behind the last line that a person can be shown. */
function linesWithText(text: string): number {
  return Math.max(text.trimEnd().split('\n').length, 1);
}

/** NEL, LS and PS: a line ends there for YAML 1.1 (and for Kubernetes), and for YAML 1.2 and a person it does not. */
const lineSeparators = /[\u0085\u2028\u2029]/;

function problem(text: string, linesBefore: number, line: number, message: string): YamlProblem {
  const index = line - linesBefore - 1;
  const around = text.split('\n').slice(Math.max(index - 1, 0), index + 2);
  const template = around.some((near) => near.includes('{{'));
  return { line, message: template ? `${message} It looks like a template (\`{{ … }}\`): render it first.` : message };
}

/** A text of one document, or of several that no `---` parts. */
interface Part {
  readonly text: string;
  readonly linesBefore: number;
}

/** The documents of a file by their markers, which YAML accepts nowhere else at the beginning of a line. */
function* partsOf(text: string): Generator<Part> {
  let start = 0;
  let linesBefore = 0;
  // Where lines end otherwise, or begin with a mark that only YAML's own reader sees through, it alone can tell.
  const markers = /\r(?!\n)|(?!^)\ufeff/.test(text) ? [] : text.matchAll(/^---(?=[ \t\r\n]|$)/gm);
  for (const { index } of markers) {
    const above = text.slice(start, index);
    if (!/^[^#%\s]/m.test(above)) continue;
    // Directives belong to the document that the marker begins.
    const part = above.slice(0, above.length - directivesAtEnd(above));
    yield { text: part, linesBefore };
    start += part.length;
    linesBefore += part.split('\n').length - 1;
  }
  yield { text: text.slice(start), linesBefore };
}

/** The length of what stands behind the `...` that ends a document, where that is directives. */
function directivesAtEnd(text: string): number {
  const [behind = ''] = /(?<=^\.\.\.(?:[ \t].*)?\r?\n)(?:(?:[#%].*|[ \t\r]*)\n)*$/m.exec(text) ?? [];
  return /^%/m.test(behind) ? behind.length : 0;
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

/** From 1. */
function lineNumber(lineStarts: readonly number[], position: number): number {
  let low = 0;
  let high = lineStarts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return Math.max(low, 1);
}
