import { code, html, htmlCode, prose } from './markdown.ts';
import { clippedLine } from './visible-text.ts';

/** A sentence whose names and values are told apart, so that it can be written as Markdown or as HTML. */
export type Words = readonly (string | { readonly code: string })[];

const sentenceLimit = 4_000;

/** A sentence that marks its names with backticks, as messages do that are also read as plain text. */
export function wordsOf(text: string): Words {
  return clippedLine(text, sentenceLimit)
    .split(/`([^`]+)`/)
    .flatMap((part, index): Words => (index % 2 === 1 ? [{ code: part }] : part === '' ? [] : [part]));
}

export function inMarkdown(words: Words): string {
  return words.map((word) => (typeof word === 'string' ? spaced(word, prose) : code(word.code))).join('');
}

export function inHtml(words: Words): string {
  return words.map((word) => (typeof word === 'string' ? spaced(word, html) : htmlCode(word.code))).join('');
}

/** Sentences side by side. */
export function joined(parts: readonly Words[], between: string): Words {
  return parts.flatMap((part, index) => (index === 0 ? part : [between, ...part]));
}

// Escaping trims; the spaces beside a name are part of the sentence.
function spaced(word: string, escape: (text: string) => string): string {
  const inner = escape(word);
  return inner === '' ? ' ' : `${/^\s/.test(word) ? ' ' : ''}${inner}${/\s$/.test(word) ? ' ' : ''}`;
}
