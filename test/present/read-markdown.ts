import { micromark, parse, postprocess, preprocess } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** Tags that our Markdown may hold; those that come in pairs are balanced. */
const tag = /<(\/?)(details|summary|b|code|sub)( open)?>/g;

/** What no text of ours is made of: whatever opens one of these came from outside. */
const foreign = new Set([
  'autolink',
  'literalAutolink',
  'image',
  'definition',
  'gfmFootnoteCall',
  'gfmFootnoteDefinition',
  'blockQuote',
  'setextHeading',
  'thematicBreak',
  'codeIndented',
  'strikethrough',
  'emphasis',
  'hardBreakEscape',
  'hardBreakTrailing',
]);

/** Buttons, as we name them in sentences. */
const emphasized = new Set(['*Plan again*', '*Confirm*']);

export interface OwnParts {
  /** Addresses that we link to. */
  readonly links: readonly string[];
  /** Numbers of pull requests that we name. */
  readonly numbers: readonly number[];
  /** How often the hidden marker stands there. */
  readonly markers: number;
}

/** What a reader that follows CommonMark and GFM finds in a text of ours that should not be there, in words. */
export function foreignParts(markdown: string, own: OwnParts): readonly string[] {
  return [
    ...brokenTokens(markdown, own),
    ...actingText(markdown, own),
    ...(/(?![\n\t\u200b])[\p{Cc}\p{Cf}]/u.test(markdown) ? ['a character that nobody sees'] : []),
    ...(markdown.isWellFormed() ? [] : ['half a character']),
    ...([...markdown.matchAll(/<!--\s*fairlead/gi)].length === own.markers ? [] : ['another number of markers']),
  ];
}

function brokenTokens(markdown: string, own: OwnParts): readonly string[] {
  const events = postprocess(
    parse({ extensions: [gfm()] })
      .document()
      .write(preprocess()(markdown, undefined, true)),
  );
  const problems: string[] = [];
  const open: string[] = [];
  let fences = 0;
  let cells = 0;
  let columns = 0;
  for (const [event, token, context] of events) {
    // The extension has types of its own.
    const type: string = token.type;
    const text = (): string => context.sliceSerialize(token);
    const entered = event === 'enter';
    if (entered && foreign.has(type) && !emphasized.has(text())) problems.push(`${type}: ${text().slice(0, 80)}`);
    if (type === 'codeFenced') {
      if (!entered && fences !== 2) problems.push(`a fence that nothing closes: ${text().slice(0, 80)}`);
      fences = 0;
    }
    if (entered && type === 'codeFencedFence') fences += 1;
    if (entered && type === 'resourceDestinationString' && !own.links.includes(text()))
      problems.push(`a link to ${text()}`);
    if (entered && type === 'reference') problems.push(`a reference ${text()}`);
    if (entered && type === 'atxHeading' && !/^(### (Fairlead: |✂️ )|#### \S.* · )/.test(text()))
      problems.push(`a heading: ${text().slice(0, 80)}`);
    if (entered && (type === 'htmlFlow' || type === 'htmlText')) problems.push(...tagProblems(text(), open));
    if (entered && type === 'table') columns = 0;
    if (entered && type === 'tableRow') cells = 0;
    if (entered && (type === 'tableData' || type === 'tableHeader')) cells += 1;
    if (!entered && type === 'tableRow') {
      if (columns === 0) columns = cells;
      else if (columns !== cells) problems.push(`a row of ${cells} cells among rows of ${columns}`);
    }
  }
  return open.length === 0 ? problems : [...problems, `never closed: ${open.join(', ')}`];
}

function tagProblems(html: string, open: string[]): readonly string[] {
  if (html === '<!-- fairlead -->') return [];
  const problems: string[] = [];
  for (const [, closes, name = ''] of html.matchAll(tag)) {
    if (closes === '') open.push(name);
    else if (open.pop() !== name) problems.push(`</${name}> that closes nothing`);
  }
  return /[<>]/.test(html.replace(tag, '')) ? [...problems, `HTML: ${html.slice(0, 120)}`] : problems;
}

/** GitHub looks for these in the text that it shows, outside code. */
function actingText(markdown: string, own: OwnParts): readonly string[] {
  const html = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
  });
  const shown = html
    .replace(/<pre>[^]*?<\/pre>|<code>[^]*?<\/code>/g, '‹code›')
    .replace(/<!--[^]*?-->|<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_whole, digits: string) => String.fromCodePoint(Number(digits)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
  const numbered = own.numbers.reduce((text, number) => text.replaceAll(`#${number}`, ''), shown);
  const acting: readonly (readonly [string, RegExp, string])[] = [
    ['a mention', /@[A-Za-z0-9-]/, shown],
    ['a reference to an issue', /#\d/, numbered],
    ['a reference to an issue', /\bGH-\d/i, shown],
    ['an address', /:\/\//, shown],
    ['an address', /\bwww\.\w/i, shown],
  ];
  return acting.flatMap(([what, pattern, text]) => {
    const found = pattern.exec(text);
    return found === null ? [] : [`${what}: ${text.slice(Math.max(0, found.index - 20), found.index + 40)}`];
  });
}
