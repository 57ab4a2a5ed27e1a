/** An answer that GitHub may say is still true (304), which costs nothing of the rate limit. */
export interface CachedAnswer {
  readonly etag: string;
  readonly data: unknown;
  readonly next: boolean;
}

export interface EtagCache {
  read(key: string): CachedAnswer | null;
  keep(key: string, answer: CachedAnswer): void;
}

/** Keeps what was read last, at most `characters` of JSON in all; an answer over a tenth of that is not kept. */
export function createEtagCache(characters: number): EtagCache {
  const kept = new Map<string, { readonly answer: CachedAnswer; readonly size: number }>();
  let free = characters;

  function drop(key: string): void {
    const entry = kept.get(key);
    if (entry !== undefined && kept.delete(key)) free += entry.size;
  }

  return {
    read(key) {
      const entry = kept.get(key);
      if (entry === undefined) return null;
      // A Map keeps the order of insertion: what is read moves to the end.
      kept.delete(key);
      kept.set(key, entry);
      return entry.answer;
    },
    keep(key, answer) {
      drop(key);
      const size = JSON.stringify(answer.data)?.length ?? 0;
      if (size > characters / 10) return;
      for (const oldest of kept.keys()) {
        if (free >= size) break;
        drop(oldest);
      }
      kept.set(key, { answer, size });
      free -= size;
    },
  };
}
