import type { YamlExtent } from './extent.ts';

/** What may still be made of texts that are read together; whoever reads takes from it. */
export interface YamlBudget {
  /** Before they are read: signs that can begin a value, and lines that can begin a document. */
  readonly extent: { values: number; documents: number };
  /** Values, with those that aliases repeat; of a long text every 16 characters count as one. */
  values: number;
  /** Characters that may be read a second time. */
  readAgain: number;
}

/**
 * What a rendering may hold in all. A reader keeps about 200 bytes for each value and a kilobyte for each document, so
 * that 28 MB of `---` would end the process, and aliases make any number of copies of one long text; 15,000 Deployments
 * of 60 lines, or 48 million characters, stay below all of it.
 */
export const maxValues = 3_000_000;
export const maxDocuments = 100_000;

/** About one second at most. */
const maxReadAgain = 20_000_000;

export function yamlBudget(): YamlBudget {
  return { extent: { values: maxValues, documents: maxDocuments }, values: maxValues, readAgain: maxReadAgain };
}

/** Counts a text that will be read. */
export function takeExtent({ extent }: YamlBudget, { values, documents }: YamlExtent): void {
  extent.values -= values;
  extent.documents -= documents;
}

/** Whether somebody tried to take more than there was: then nothing more is read. */
export function isSpent({ extent, values }: YamlBudget): boolean {
  return extent.values < 0 || extent.documents < 0 || values < 0;
}

/** What a text takes of the values. */
export function weightOf(text: string): number {
  return 1 + Math.floor(text.length / 16);
}
