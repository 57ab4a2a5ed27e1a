import { YAMLException } from 'js-yaml';
import type { Json } from '../domain/json.ts';
import { composeDocuments, YamlRefusal } from './yaml-composer.ts';
import { parseYamlEvents } from './yaml-events.ts';
import { isBeyond, maxExtent, yamlExtent } from './yaml-extent.ts';

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
 * Each document is judged for itself, so that all problems are said at once.
 */
export function readKubernetesYaml(text: string): YamlReading {
  if (isBeyond(yamlExtent(text))) return { kind: 'malformed', problems: [{ line: 1, message: tooMuch }] };
  const whole = readPart(text, 0);
  if (!('message' in whole)) return { kind: 'read', documents: whole };
  const problems = partsOf(text)
    .map((part) => readPart(part.text, part.linesBefore))
    .filter((read) => 'message' in read);
  return { kind: 'malformed', problems: problems.length > 0 ? problems : [whole] };
}

const tooMuch = `This file may hold more than ${maxExtent.values} values or ${maxExtent.documents} documents: split it.`;

function readPart(text: string, linesBefore: number): readonly YamlDocument[] | YamlProblem {
  const separator = lineSeparators.exec(text);
  if (separator !== null) {
    const line = linesBefore + text.slice(0, separator.index).split('\n').length;
    return { line, message: 'This line holds an invisible line separator: write it as `\\u2028` in double quotes.' };
  }
  let lineAt = (_position: number): number => linesBefore + 1;
  try {
    const parsed = parseYamlEvents(text);
    const lineStarts = startsOfLines(parsed.text);
    lineAt = (position) => linesBefore + lineNumber(lineStarts, position);
    return composeDocuments(parsed, lineAt);
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

/** The documents of a file by their markers, which YAML accepts nowhere else at the beginning of a line. */
function partsOf(text: string): readonly { readonly text: string; readonly linesBefore: number }[] {
  const parts: { text: string; linesBefore: number }[] = [];
  let lines: string[] = [];
  let linesBefore = 0;
  for (const [index, line] of text.split('\n').entries()) {
    // Directives belong to the document that the marker begins.
    if (/^---(\s|$)/.test(line) && lines.some((above) => /^[^#%\s]/.test(above))) {
      parts.push({ text: lines.join('\n'), linesBefore });
      lines = [];
      linesBefore = index;
    }
    lines.push(line);
  }
  return [...parts, { text: lines.join('\n'), linesBefore }];
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
