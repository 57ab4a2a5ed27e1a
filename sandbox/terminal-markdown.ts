import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Markdown as GitHub shows it, as far as a terminal can: headings, tables, differences in colour; folded parts stay folded. */
export function terminalMarkdown(markdown: string): string {
  const lines: string[] = [];
  let language: string | null = null;
  let table: string[][] = [];
  const endTable = (): void => {
    if (table.length > 0) lines.push(...tableLines(table));
    table = [];
  };
  for (const line of unfolded(markdown.replace(/<!--[\s\S]*?-->\n?/g, '').split('\n'))) {
    const fence = /^ {0,3}(`{3,}|~{3,})(\w*)/.exec(line);
    if (fence !== null) {
      language = language === null ? (fence[2] ?? '') : null;
    } else if (language !== null) {
      lines.push(`    ${language === 'diff' ? differenceLine(line) : line}`);
    } else if (line.startsWith('|')) {
      if (!/^\|[-:| ]+\|$/.test(line)) table.push(cells(line));
    } else {
      endTable();
      lines.push(...textLine(line));
    }
  }
  endTable();
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

/** What a person sees before they click: of a folded part its summary alone. */
function unfolded(lines: readonly string[]): readonly string[] {
  const seen: string[] = [];
  let folded = 0;
  for (const line of lines) {
    if (folded > 0) {
      if (line.startsWith('<details')) folded += 1;
      if (line.startsWith('</details>')) folded -= 1;
      continue;
    }
    seen.push(line);
    if (line.startsWith('<details>')) folded = 1;
  }
  return seen;
}

function differenceLine(line: string): string {
  if (line.startsWith('+')) return styleText('green', line);
  if (line.startsWith('-')) return styleText('red', line);
  return styleText('dim', line);
}

function textLine(line: string): readonly string[] {
  const heading = /^#{1,6} (.*)/.exec(line);
  if (heading !== null) return [styleText('bold', inline(heading[1] ?? ''))];
  const summary = /<summary>(.*?)<\/summary>/.exec(line);
  if (summary !== null) return [`${line.startsWith('<details open') ? '▾' : '▸'} ${inline(summary[1] ?? '')}`];
  if (/^<\/?details[^>]*>$/.test(line.trim())) return [];
  if (line.includes('<sub>')) return [styleText('dim', inline(line))];
  return [inline(line)];
}

function inline(text: string): string {
  const styled = (style: Style) => (_all: string, inside: string) => styleText(style, inside);
  return text
    .replace(/\[(.+?)\]\(<?(.+?)>?\)/g, (_all, label: string, target: string) => (target.length > 100 ? label : target))
    .replace(/<b>(.*?)<\/b>/g, styled('bold'))
    .replace(/<code>(.*?)<\/code>/g, styled('cyan'))
    .replace(/<\/?\w+[^>]*>/g, '')
    .replace(/\*\*(.+?)\*\*/g, styled('bold'))
    .replace(/`+ ?(.+?) ?`+/g, styled('cyan'))
    .replace(/\\([\\`*_[\]{}()~|!+#.-])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200b', '');
}

function cells(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => inline(cell.trim()));
}

function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  return rows.map((row, index) => {
    const text = widths.map((most, column) => (row[column] ?? '') + ' '.repeat(most - width(row[column] ?? '')));
    return index === 0 ? styleText('dim', `  ${text.join('  ')}`) : `  ${text.join('  ')}`;
  });
}

function width(text: string): number {
  return Array.from(new Intl.Segmenter().segment(stripVTControlCharacters(text))).length;
}
