import { clip, singleLine } from './visible-text.ts';

/** Two lines of a comment's heading; whatever is longer is read below it. */
const titleLimit = 140;
/** What is hardly longer is not worth to be cut. */
const wholeLimit = 160;

/**
 * A title of one line. What is too long ends after a clause, and `…` says that there is more: what a title leaves out
 * stands whole below it.
 */
export function shortTitle(text: string): string {
  const line = singleLine(clip(text, 8 * titleLimit));
  if (line.length <= wholeLimit) return line;
  const ends = [...line.slice(0, titleLimit).matchAll(/[.:;,](?= )/g)].map(({ index }) => index);
  const whole = ends.findLast((end) => end > shortest && isClosed(line.slice(0, end)));
  return whole === undefined ? clip(line, titleLimit) : `${line.slice(0, whole)} …`;
}

/** A verdict and not much more. */
const shortest = 20;

function isClosed(text: string): boolean {
  return (
    ['`', '"'].every((quote) => text.split(quote).length % 2 === 1) && text.lastIndexOf('(') <= text.lastIndexOf(')')
  );
}
