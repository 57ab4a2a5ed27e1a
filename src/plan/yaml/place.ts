import { isJsonObject, type Json } from '../../domain/json.ts';
import { nearestName } from '../../domain/nearest-name.ts';
import type { Problem } from '../../domain/rendering.ts';
import { readKubernetesYaml, type YamlDocument, type YamlPath } from './kubernetes-yaml.ts';

/**
 * A value in a YAML file that a person wrote, and where it stands. Each question answers null after having noted what
 * was wrong, so that a parser reads on and finds every problem of the file.
 */
export class YamlPlace {
  readonly value: Json | undefined;
  readonly path: YamlPath;
  readonly #source: Source;

  constructor(value: Json | undefined, path: YamlPath, source: Source) {
    this.value = value;
    this.path = path;
    this.#source = source;
  }

  /** Nothing is written here. */
  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  get line(): number {
    return this.#source.document.lineOf(this.path);
  }

  get file(): string {
    return this.#source.file;
  }

  complain(message: string): null {
    const { file, problems } = this.#source;
    problems.push({ file, line: this.line, path: this.path.join('.') || null, message });
    return null;
  }

  /** A member by name, whatever it is. */
  at(name: string | number): YamlPlace {
    const { value } = this;
    const member = value !== null && typeof value === 'object' ? (value as Members)[name] : undefined;
    return new YamlPlace(member, [...this.path, name], this.#source);
  }

  /**
   * A member by name. A name that is not among these is a problem, as is anything but a mapping. `unoffered`: names that
   * are known, and that nobody is told to use.
   */
  members<N extends string>(known: readonly N[], unoffered: readonly N[] = []): (name: N) => YamlPlace {
    const offered = known.filter((name) => !unoffered.includes(name));
    for (const [name, place] of this.entries()) {
      if (known.some((candidate) => candidate === name)) continue;
      const nearest = nearestName(name, offered);
      const meant = nearest === null ? '' : ` Did you mean \`${nearest}\`?`;
      place.complain(`There is no setting \`${name}\` here.${meant} There are: ${offered.join(', ')}.`);
    }
    return (name) => this.at(name);
  }

  /** All members of a mapping, in the order of the file; none where nothing is written. */
  entries(): readonly (readonly [string, YamlPlace])[] {
    if (this.isAbsent) return [];
    if (!isJsonObject(this.value)) {
      this.complain('A mapping (`key: value`) is expected here.');
      return [];
    }
    return Object.keys(this.value).map((name) => [name, this.at(name)] as const);
  }

  /** The items of a list; null where nothing is written. */
  items(): readonly YamlPlace[] | null {
    if (this.isAbsent) return null;
    if (!Array.isArray(this.value)) return this.complain('A list (`[a, b]`) is expected here.');
    return this.value.map((_item, index) => this.at(index));
  }

  /** A text. `what` it is stands in the complaint: "the name of a cluster". */
  text(what: string): string | null {
    if (typeof this.value === 'string' && this.value !== '') return this.value;
    const quotes = typeof this.value === 'string' || this.isAbsent || typeof this.value === 'object';
    return this.complain(`${what} is expected here${quotes ? '' : ': write it in quotes'}.`);
  }

  texts(what: string): readonly string[] | null {
    const items = this.items();
    return items === null ? null : items.flatMap((item) => item.text(what) ?? []);
  }

  boolean(): boolean | null {
    return typeof this.value === 'boolean' ? this.value : this.complain('`true` or `false` is expected here.');
  }

  oneOf<T extends string>(words: readonly T[]): T | null {
    const word = words.find((candidate) => candidate === this.value);
    return word ?? this.complain(`One of ${words.join(', ')} is expected here.`);
  }

  /** Not negative. */
  count(): number | null {
    const { value } = this;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    return this.complain('A number, 0 or more, is expected here.');
  }

  /** `500ms`, `10s`, `5m` or `1h`, in milliseconds. */
  duration(limits: { readonly min: string; readonly max: string }): number | null {
    const ms = milliseconds(this.value);
    const [min, max] = [milliseconds(limits.min) ?? 0, milliseconds(limits.max) ?? Number.POSITIVE_INFINITY];
    if (ms !== null && ms >= min && ms <= max) return ms;
    return this.complain(`A time from ${limits.min} to ${limits.max} is expected here, such as 10s or 5m.`);
  }
}

type Members = Readonly<Record<string | number, Json>>;

interface Source {
  readonly file: string;
  readonly document: YamlDocument;
  readonly problems: Problem[];
}

/** The one document of a file, and the list in which its problems will be noted. null: it has none to speak of. */
export function readYamlFile(
  text: string,
  file: string,
): { readonly place: YamlPlace | null; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const note = (line: number, message: string): void => {
    problems.push({ file, line, path: null, message });
  };
  if (text.includes('\ufffd')) {
    note(text.slice(0, text.indexOf('\ufffd')).split('\n').length, 'This is not UTF-8 text.');
    return { place: null, problems };
  }
  const reading = readKubernetesYaml(text);
  if (reading.kind === 'malformed') {
    for (const { line, message } of reading.problems) note(line, message);
    return { place: null, problems };
  }
  const [document, second] = reading.documents.filter(({ value }) => value !== null);
  if (second !== undefined) note(second.line, 'This file is one document: a second one begins here.');
  if (document === undefined) note(1, 'There is nothing in this file.');
  return {
    place: document === undefined ? null : new YamlPlace(document.value, [], { file, document, problems }),
    problems,
  };
}

function milliseconds(value: Json | undefined): number | null {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(typeof value === 'string' ? value : '');
  if (match === null) return null;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  return Number(match[1]) * (units[match[2] ?? ''] ?? 0);
}
