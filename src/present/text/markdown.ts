/**
 * Building blocks of GitHub Flavored Markdown in which nothing from outside can act: mention a person, link, refer to
 * an issue, open HTML, end a fence or a table cell, or look like one of our own hidden markers.
 */
import { clippedLine, visibleText } from './visible-text.ts';

/** Longer than any sentence of ours: whoever wants it shorter clips it. */
const sentenceLimit = 4_000;

/** Text from outside as part of a sentence. It shows as written and does nothing. */
export function prose(text: string): string {
  return inert(entities(clippedLine(text, sentenceLimit)).replace(/[\\`*_[\]~|#]/g, '\\$&'));
}

/** Text from outside inside raw HTML, such as a `<summary>`. */
export function html(text: string): string {
  return inert(entities(clippedLine(text, sentenceLimit)));
}

/** `<code>` for raw HTML. */
export function htmlCode(text: string): string {
  return `<code>${html(clippedLine(text, 200))}</code>`;
}

/** A code span whatever is inside, on one line, at most `limit` characters. */
export function code(text: string, limit = 200): string {
  const inside = withoutMarkers(clippedLine(text, limit));
  if (inside === '') return '`""`';
  // A table takes the backslash of `\\|` for its own, even in a code span (GFM 4.10).
  if (inside.includes('\\|')) return `<code>${prose(inside)}</code>`;
  const delimiter = '`'.repeat(longestRun(inside) + 1);
  // A space on both sides is taken off by the reader (CommonMark 6.1); needed where a backtick or space is at an end.
  const padding = /^[` ]|[` ]$/.test(inside) ? ' ' : '';
  return `${delimiter}${padding}${inside}${padding}${delimiter}`;
}

/** A fenced block that ends where we say. */
export function fence(text: string, language: string): string {
  const inside = withoutMarkers(visibleText(text)).replace(/(?<!\n)\n+$/, '');
  const delimiter = '`'.repeat(Math.max(3, longestRun(inside) + 1));
  return `${delimiter}${language}\n${inside}\n${delimiter}`;
}

/** A collapsible part. `summary` is HTML (`html`, `htmlCode`); `body` is Markdown that closes what it opens. */
export function details(summary: string, body: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Rows of Markdown cells; a `:` at the end of a heading aligns its column to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [
    line(headings.map((heading) => heading.replace(/:$/, ''))),
    `|${headings.map((heading) => (heading.endsWith(':') ? '--:' : '---')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}

/** An address as a link where it is a plain one; anything else shows as code. */
export function link(words: string, address: string): string {
  return isPlainAddress(address) ? `[${prose(words)}](<${address}>)` : `${prose(words)} (${code(address)})`;
}

/** `1 object`, `12 objects`, `1,000 objects`; the plural is the word with an `s`, or as given. */
export function count(number: number, word: string, plural = `${word}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? word : plural}`;
}

/** `a`, `a and b`, `a, b and c`; beyond `limit` items `a, b and 7 more`. */
export function list(items: readonly string[], limit = 5): string {
  const shown =
    items.length > limit ? [...items.slice(0, limit), `${count(items.length - limit, 'more', 'more')}`] : items;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

function isPlainAddress(address: string): boolean {
  return /^https?:\/\/[A-Za-z0-9.:[\]-]+(?:\/[A-Za-z0-9._~%/?#&=+:,;@-]*)?$/.test(address);
}

function entities(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

// GitHub looks for mentions, references and addresses in the rendered text: an invisible character (U+200B, written as
// an entity so that it is seen in the source) parts what it would join.
function inert(text: string): string {
  return text
    .replace(/@(?=[\w-])/g, '@&#8203;')
    .replace(/(?<!&)#(?=\d)/g, '#&#8203;')
    .replace(/\bGH-(?=\d)/gi, '$&&#8203;')
    .replace(/:\/\//g, ':&#8203;//')
    .replace(/\bwww\./gi, (found) => `${found.slice(0, 3)}&#8203;.`);
}

// Fairlead believes the hidden markers in its own comments (domain/marker.ts), so no content may spell one.
function withoutMarkers(text: string): string {
  return text.replace(/<!--(?=\s*fairlead)/gi, '<!\u200b--');
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
