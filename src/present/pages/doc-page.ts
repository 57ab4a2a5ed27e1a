import { markdownHtml } from './markdown-html.ts';
import { framed, type PagePieces } from './page-frame.ts';

/** One of Fairlead's own documents, in Markdown, under its first heading. What it links to beside it is not shown. */
export function docPage(markdown: string): PagePieces {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? 'Fairlead';
  return framed(title, [
    `<main>\n${markdownHtml(markdown.replace(/\[([^\]]+)\]\((?!https:)[^)]+\)/g, '$1'))}\n</main>\n`,
  ]);
}
