/** How much a YAML text can make of itself, counted without reading it: never less than what a reader finds in it. */
export interface YamlExtent {
  /** Signs that can begin a value. */
  readonly values: number;
  /** Lines that can begin a document. */
  readonly documents: number;
}

/**
 * What one document may hold: it is read at a stretch, while everything else in the process waits. The API server takes
 * 3 MiB; a `List` may be one of 3,000 Deployments.
 */
export const maxDocument = { values: 500_000, characters: 8 * 1024 * 1024 } as const;

export function yamlExtent(text: string): YamlExtent {
  let values = 0;
  let documents = 1;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text.charCodeAt(index);
    // Both end a line, also alone; together they count twice, which nobody has to be sorry for.
    if (sign === lineFeed || sign === carriageReturn) {
      values += 1;
      if (text.startsWith('---', index + 1) || text.startsWith('...', index + 1)) documents += 1;
    } else if (sign === comma || sign === colon || sign === bracket || sign === brace) {
      values += 1;
    } else if ((sign === dash || sign === question) && text.charCodeAt(index + 1) <= space) {
      // Several may stand on one line: `- - - a`.
      values += 1;
    }
  }
  return { values, documents };
}

/** For a text of one document. */
export function isBeyondDocument(text: string): boolean {
  return text.length > maxDocument.characters || yamlExtent(text).values > maxDocument.values;
}

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const comma = 44;
const dash = 45;
const colon = 58;
const question = 63;
const bracket = 91;
const brace = 123;
