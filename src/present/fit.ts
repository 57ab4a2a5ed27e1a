/**
 * GitHub's limits are in characters (65,536 for a comment, 65,535 for a check run's summary and text:
 * docs.github.com/rest/checks/runs). We count UTF-8 bytes, which are never fewer, and keep a margin.
 */
export const textLimit = 65_000;

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A part of a text that is shown whole or not at all. */
export interface Block {
  /** How it is named where it is left out. */
  readonly name: string;
  readonly text: string;
}

export interface Fitted<B extends Block> {
  readonly shown: readonly B[];
  readonly left: readonly B[];
  /** Bytes that are still free. */
  readonly free: number;
}

/** Takes blocks in their order as long as they fit, each with a blank line before it; smaller ones may fit after a large one. */
export function fitBlocks<B extends Block>(blocks: readonly B[], bytes: number): Fitted<B> {
  const shown: B[] = [];
  const left: B[] = [];
  let free = bytes;
  for (const block of blocks) {
    const cost = byteLength(block.text) + 2;
    if (cost <= free) {
      shown.push(block);
      free -= cost;
    } else {
      left.push(block);
    }
  }
  return { shown, left, free };
}

/** Lines one below the other as long as they fit in `bytes`, then `rest` says how many do not. */
export function fitLines(lines: readonly string[], bytes: number, rest: (number: number) => string): readonly string[] {
  const shown: string[] = [];
  let free = bytes;
  for (const line of lines) {
    free -= byteLength(line) + 1;
    if (free < 0) return [...shown, rest(lines.length - shown.length)];
    shown.push(line);
  }
  return shown;
}
