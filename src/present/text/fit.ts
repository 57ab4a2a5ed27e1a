/**
 * GitHub says characters (65,536 for a comment, 65,535 for a check run's summary and text: docs.github.com/rest/checks/runs)
 * and counts bytes for a check run (github.com/github/docs/issues/35252: "exceeds a maximum bytesize of 65535"), for a
 * comment code points or 262,144 bytes (github.com/dead-claudia/github-limits/pull/13). UTF-8 bytes are never fewer than
 * any of these, so we count them, and keep a margin.
 */
export const textLimit = 65_000;

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A part of a text that is shown whole or not at all. */
export interface Block {
  /** How it is named where it is left out. */
  readonly name: string;
  /** How many bytes it has at least: what cannot fit need not be written to find out. */
  readonly least: number;
  /** Written only while there is room. */
  text(): string;
}

/** Less than any block needs: from here on nothing is written any more. */
const tooLittle = 40;
/** Nor after so many in a row that did not fit: of a thousand objects most are written for nothing else. */
const tooMany = 20;

export interface Fitted<B extends Block> {
  readonly shown: readonly { readonly block: B; readonly text: string }[];
  readonly left: readonly B[];
  /** Bytes that are still free. */
  readonly free: number;
}

/**
 * Takes blocks in their order as long as they fit, each with a blank line before it; smaller ones may fit after a large
 * one.
 */
export function fitBlocks<B extends Block>(blocks: readonly B[], bytes: number): Fitted<B> {
  const shown: { readonly block: B; readonly text: string }[] = [];
  const left: B[] = [];
  let free = bytes;
  let misses = 0;
  for (const block of blocks) {
    const text = free < Math.max(tooLittle, block.least) || misses === tooMany ? null : block.text();
    const cost = text === null ? 0 : byteLength(text) + 2;
    if (text !== null && cost <= free) {
      shown.push({ block, text });
      free -= cost;
      misses = 0;
    } else {
      left.push(block);
      misses = Math.min(misses + 1, tooMany);
    }
  }
  return { shown, left, free };
}

/** A line for each item as long as they fit in `bytes`, then `rest` says how many do not. */
export function fitLines<T>(
  items: readonly T[],
  write: (item: T) => string,
  bytes: number,
  rest: (number: number) => string,
): string {
  const shown: string[] = [];
  let free = bytes;
  for (const item of items) {
    const line = write(item);
    free -= byteLength(line) + 1;
    if (free < 0) return [...shown, rest(items.length - shown.length)].join('\n');
    shown.push(line);
  }
  return shown.join('\n');
}
