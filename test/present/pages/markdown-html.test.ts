import { describe, expect, it } from 'vitest';
import { markdownHtml } from '../../../src/present/pages/markdown-html.ts';
import { details } from '../../../src/present/text/markdown.ts';

describe('Markdown on a page', () => {
  it('is folded where the comment folds, and shows no tag of that', () => {
    expect(markdownHtml(details('<b>a</b>', 'b <sub>`c`</sub>'))).toBe(
      '<details><summary><b>a</b></summary>\n<p>b <sub><code>c</code></sub></p>\n</details>',
    );
  });

  it('shows HTML of others once, and does not obey it', () => {
    expect(markdownHtml('<img src=x onerror=alert(1)>\n\na <i>b</i>')).toBe(
      '&lt;img src=x onerror=alert(1)&gt;\n<p>a &lt;i&gt;b&lt;/i&gt;</p>',
    );
  });
});
