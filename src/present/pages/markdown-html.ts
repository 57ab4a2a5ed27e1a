import { micromark, type Options } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { visibleText } from '../text/visible-text.ts';

type HtmlExtension = NonNullable<Options['htmlExtensions']>[number];

/** The tags that our own Markdown holds inside a line. What comes from outside has its `<` as an entity there. */
const ownTags: readonly string[] = ['<code>', '</code>', '<sub>', '</sub>'];

/** What `details` begins and ends with, each a paragraph of its own; its summary holds no other tags than these. */
const ownDetails = /^(?:<details(?: open)?><summary>(?:[^<>]|<\/?(?:b|code)>)*<\/summary>|<\/details>)$/;

const onlyOwnTags: HtmlExtension = {
  exit: {
    // Written below, as a whole: what stands in it would be there a second time.
    htmlFlowData() {},
    htmlTextData() {},
    htmlFlow(token) {
      const html = this.sliceSerialize(token);
      this.lineEndingIfNeeded();
      if (ownDetails.test(html)) this.tag(html);
      else this.raw(this.encode(html));
    },
    htmlText(token) {
      const tag = this.sliceSerialize(token);
      if (ownTags.includes(tag)) this.tag(tag);
      else this.raw(this.encode(tag));
    },
  },
};

/**
 * Markdown as GitHub shows it (GFM), as HTML for a page: the same text as in the comment. Other HTML than our own in it is
 * shown and not obeyed. About a second for each megabyte and a half.
 */
export function markdownHtml(markdown: string): string {
  const html = micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml(), onlyOwnTags] });
  return html.replace(
    /(<pre><code class="language-diff">)([^<]*)(<\/code><\/pre>)/g,
    (_whole, open: string, text: string, close: string) =>
      `${open}${text.split('\n').map(diffLine).join('\n')}${close}`,
  );
}

// The sign stays, so that colour is not all that tells them apart.
function diffLine(line: string): string {
  if (line.startsWith('+')) return `<span class="come">${line}</span>`;
  return line.startsWith('-') ? `<span class="gone">${line}</span>` : line;
}

/** Text from outside as HTML, in an element or in a quoted attribute. */
export function htmlText(text: string): string {
  return visibleText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}
