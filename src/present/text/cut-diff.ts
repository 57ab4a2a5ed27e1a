import { byteLength } from './fit.ts';
import { count } from './markdown.ts';
import { clip, visibleText } from './visible-text.ts';

/** Far beyond what anybody reads in one line, and what a value without line breaks may have. */
const lineLimit = 2_000;

export interface CutDiff {
  readonly text: string;
  /** What is missing, as the beginning of a sentence: `The first 80 of 12,000 lines`; null: nothing is. */
  readonly cut: string | null;
}

/** The whole lines of a diff that fit in `bytes`; of a line that is longer than anybody reads, its beginning. */
export function cutDiff(diff: string, bytes: number): CutDiff {
  if (diff.length <= bytes && byteLength(diff) <= bytes) return { text: diff, cut: null };
  const shown: string[] = [];
  let free = bytes;
  let clipped = 0;
  let total = 0;
  let full = false;
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    total += 1;
    if (full) continue;
    // As it is shown, which may take more room than what it stands for.
    const text = visibleText(clip(line, lineLimit));
    const cost = byteLength(text) + 1;
    if (cost > free) {
      full = true;
    } else {
      shown.push(text);
      free -= cost;
      if (line.length > lineLimit) clipped += 1;
    }
  }
  const lines =
    shown.length < total ? `The first ${shown.length.toLocaleString('en-US')} of ${count(total, 'line')}` : 'All lines';
  const beginnings = clipped === 0 ? '' : `, and of ${count(clipped, 'long line')} the beginning`;
  return { text: shown.join('\n'), cut: `${lines}${beginnings}` };
}
