import type { Rendering } from '../../domain/rendering.ts';

/** Of JSON text; as objects it takes about three times as much. */
const maxTextLength = 12 * 1024 * 1024;

/** The renderings that were asked for last, by the digest of their record: as many as are so large together. */
export class RenderingMemory {
  readonly #maxTextLength: number;
  /** The one that was asked for last comes last: a Map keeps insertion order. */
  readonly #kept = new Map<string, { readonly rendering: Rendering; readonly textLength: number }>();
  #textLength = 0;

  constructor(most = maxTextLength) {
    this.#maxTextLength = most;
  }

  find(digest: string): Rendering | null {
    const found = this.#kept.get(digest);
    if (found === undefined) return null;
    this.#kept.delete(digest);
    this.#kept.set(digest, found);
    return found.rendering;
  }

  keep(digest: string, rendering: Rendering, textLength: number): void {
    if (this.find(digest) !== null || textLength > this.#maxTextLength) return;
    this.#kept.set(digest, { rendering, textLength });
    this.#textLength += textLength;
    for (const [oldest, forgotten] of this.#kept) {
      if (this.#textLength <= this.#maxTextLength) return;
      this.#kept.delete(oldest);
      this.#textLength -= forgotten.textLength;
    }
  }
}
