/**
 * The same text with nothing in it that a reader cannot see: control and format characters (bidirectional marks,
 * zero-width ones: Unicode Cc and Cf, see CVE-2021-42574) become `⟨U+202E⟩`. Newlines and tabs stay.
 */
export function visibleText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
      character === '\n' || character === '\t' ? character : codePoint(character),
    );
}

/** Visible text on one line, whitespace collapsed. */
export function singleLine(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ').trim();
}

/** Visible text on one line of at most `limit` UTF-16 units, however long it was: most of what is too long is not read. */
export function clippedLine(text: string, limit: number): string {
  return clip(singleLine(clip(text, limit * 8)), limit);
}

/** At most `limit` UTF-16 units, which is never less than what GitHub counts; what is cut ends in `…`. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function codePoint(character: string): string {
  const hexadecimal = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `⟨U+${hexadecimal}⟩`;
}
