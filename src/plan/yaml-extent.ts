/** How much a YAML text can make of itself, counted without reading it: never less than what a reader finds in it. */
export interface YamlExtent {
  /** Signs that can begin a value. */
  readonly values: number;
  /** Lines that can begin a document. */
  readonly documents: number;
}

/**
 * What a rendering may hold in all. A reader keeps about 200 bytes for each sign and a kilobyte for each document, so
 * that 28 MB of `---` would end the process; 15,000 Deployments of 60 lines stay below both.
 */
export const maxExtent: YamlExtent = { values: 3_000_000, documents: 100_000 };

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

export function isBeyond(extent: YamlExtent): boolean {
  return extent.values > maxExtent.values || extent.documents > maxExtent.documents;
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
