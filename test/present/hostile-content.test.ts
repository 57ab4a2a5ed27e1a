import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfirmations } from '../../src/domain/marker.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { pageScript, pageStyle } from '../../src/present/pages/page-frame.ts';
import { planPage } from '../../src/present/pages/plan-page.ts';
import { presentedPullRequest } from '../../src/present/pull-request.ts';
import { presentStatus } from '../../src/present/release/status.ts';
import { fitReply } from '../../src/present/reply/fit-reply.ts';
import { presentReply } from '../../src/present/reply/reply.ts';
import { code, fence, html, prose, table } from '../../src/present/text/markdown.ts';
import { hostileView, hostileViews, pageAddress, poison } from './hostile-view.ts';
import { foreignParts } from './read-markdown.ts';
import { aReport } from './sample-view.ts';

/** GitHub's limits: bytes of a check run's summary and text, and never more than a comment may have. */
const limits = { text: 65_535, title: 255, message: 65_536, status: 140 };

/** What an attacker would try, between what nobody would think of. */
const hostileText = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...poison) },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 100 }).map((length) => '`'.repeat(length)) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }).map((length) => '<'.repeat(length)) },
      { weight: 1, arbitrary: fc.constantFrom('\r', '\n', '\n\n', ' ', '\t', '    ') },
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

/** A text for each place, as many as are asked for. */
const hostileTexts = fc.infiniteStream(hostileText).map((stream) => () => stream.next().value ?? '');

describe('content from outside', () => {
  it('cannot act in a comment or a check run, breaks no fence, no details and no table, and fits', () => {
    fc.assert(
      fc.property(hostileTexts, (text) => {
        for (const view of hostileViews(text)) {
          const { comment, checkRuns } = presentedPullRequest(view);
          if (comment !== null) expectInert(comment, 1);
          for (const { summary, text: written, title, annotations } of checkRuns) {
            expectInert(summary, 0);
            expectInert(written, 0);
            expectOneLine(title, limits.title);
            for (const annotation of annotations) {
              expectOneLine(annotation.title, limits.title);
              expect(annotation.message.trim()).not.toBe('');
              expect(Buffer.byteLength(annotation.message)).toBeLessThanOrEqual(limits.message);
              expect(annotation.message).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
            }
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  it('cannot act in a reply to a command', () => {
    fc.assert(
      fc.property(hostileTexts, (text) => {
        const replies = [
          presentReply(
            { kind: 'no-such-environment', command: 'sync', asked: text(), known: [text(), text()] },
            text(),
          ),
          presentReply({ kind: 'not-second-person', person: text(), commit: null, of: null }, text()),
          ...(['pull-request', 'release'] as const).map((kind) => {
            const planning = { kind, commit: 'b'.repeat(40), environments: [text()] };
            return presentReply({ kind: 'still-planning', planning, waiting: [] }, text());
          }),
          ...(['waiting', 'refused'] as const).map((kind) => {
            const outcome = { kind, commit: 'b'.repeat(40), reason: text() };
            const environments = [{ environment: text(), branch: text(), outcome }];
            return presentReply({ kind: 'synced', environments, pull: { merged: false, base: text() } }, text());
          }),
          presentReply({ kind: 'plan-changed', waiting: [{ environment: text(), digest: 'a'.repeat(64) }] }, text()),
        ];
        for (const reply of replies) expectInert(fitReply({ decided: reply, told: reply }).told, 0);
      }),
      { numRuns: 12 },
    );
  });

  it('stays on one line of plain text in statuses', () => {
    fc.assert(
      fc.property(hostileTexts, (text) => {
        const report = aReport('staging', { kind: 'diverged', reasons: [text(), text(), text()] });
        expectOneLine(presentStatus(report, null).description, limits.status);
      }),
    );
  });

  it('cannot act on the page of a whole plan', () => {
    fc.assert(
      fc.property(hostileTexts, hostileText, (text, find) => {
        const plan = hostilePlan(text);
        const link = { until: text(), signature: text() };
        for (const asked of [
          { find: '', action: null, part: 1 },
          { find, action: 'update' as const, part: 2 },
        ]) {
          expectInertPage([...planPage(plan, asked, link)].join(''));
        }
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['one line', 'x'],
    ['lines', 'word\n'],
    ['backticks', '`'],
    ['openings', '<'],
    ['bytes four to a character', '𝕏'],
    ['what nobody sees', '\u202e'],
  ])('of 5 MB of %s is cut, and said to be', (_what, unit) => {
    const huge = unit.repeat(5_000_000 / Buffer.byteLength(unit));
    let asked = 0;
    // In one place after another: all at once would be hundreds of megabytes.
    const text = (): string => {
      asked += 1;
      return asked % 17 === 0 ? huge : 'a';
    };
    const { comment, checkRuns } = presentedPullRequest(hostileView(text));
    expect(checkRuns).not.toEqual([]);
    expectInert(comment ?? '', 1);
    for (const { summary, text: written, title } of checkRuns) {
      expectInert(summary, 0);
      expectInert(written, 0);
      expectOneLine(title, limits.title);
    }
    expectInertPage(
      [...planPage(hostilePlan(text), { find: '', action: null, part: 1 }, { until: '', signature: '' })].join(''),
    );
  });
});

describe('the building blocks of Markdown', () => {
  it('fence longer than any run of backticks inside', () => {
    expect(fence('a\n`````\nb', 'diff')).toBe('``````diff\na\n`````\nb\n``````');
  });

  it('keep a code span whole whatever is in it', () => {
    expect(code('plain')).toBe('`plain`');
    expect(code('a`b')).toBe('``a`b``');
    expect(code('`a')).toBe('`` `a ``');
    expect(code('two\nlines')).toBe('`two lines`');
    expect(code('')).toBe('`""`');
  });

  it('show a control character instead of obeying it', () => {
    expect(prose('a\u202eb')).toBe('a⟨U+202E⟩b');
    expect(fence('a\u202eb', '')).toContain('⟨U+202E⟩');
  });

  it('mention, link and refer to nobody', () => {
    expect(prose('@ada')).toBe('@&#8203;ada');
    expect(prose('https://x.example')).toBe('https:&#8203;//x.example');
    expect(prose('see #12')).toBe('see \\#&#8203;12');
    expect(html('see #12 <b>')).toBe('see #&#8203;12 &lt;b&gt;');
  });

  it('keep a cell in its cell', () => {
    expect(table(['a', 'b'], [[prose('x | y'), code('x | y')]])).toBe('| a | b |\n|---|---|\n| x \\| y | `x \\| y` |');
    expect(cellsOf(table(['a'], [[code('x \\| y')]]))).toEqual([1, 1, 1]);
  });
});

function expectInert(markdown: string, markers: number): void {
  expect(readConfirmations([markdown])).toEqual([]);
  expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(limits.text);
  expect(foreignParts(markdown, { links: [pageAddress], numbers: [9, 12], markers })).toEqual([]);
}

function expectOneLine(line: string, limit: number): void {
  expect(line).not.toMatch(/[\n\r\p{Cc}\p{Cf}]/u);
  expect(line.isWellFormed()).toBe(true);
  expect(line.length).toBeLessThanOrEqual(limit);
}

function hostilePlan(text: () => string): Plan {
  const record = hostileView(text).plans.get('staging');
  if (record?.outcome.kind !== 'planned') throw new Error('staging is planned');
  return record.outcome.plan;
}

/** Elements of a page with the attributes they may have; void ones close themselves. */
const elements = new Map<string, RegExp>([
  ['html', /^ lang="en"$/],
  ['meta', /^ (?:charset|name)="[^"]*"(?: content="[^"]*")?$/],
  ['link', /^ rel="icon" href="data:,"$/],
  ['a', /^(?: class="skip" href="#objects"| href="\?[^"]*"(?: aria-current="true")?)$/],
  ['section', /^ aria-labelledby="\w+"$/],
  ['nav', /^ aria-label="[^"]*"$/],
  ['form', /^ role="search" method="get" data-parts="\d+"$/],
  ['label', /^ for="find"$/],
  ['input', /^ type="(?:hidden|search)"(?: [a-z]+="[^"]*")*$/],
  ['button', /^(?: type="button" id="all" hidden)?$/],
  ['details', /^(?: class="object")?(?: open)?$/],
  ['p', /^(?: class="dim"| class="verdict"| id="said" role="status" class="dim")?$/],
  ['h2', /^ id="\w+"$/],
  ['div', /^ class="body"$/],
  ['span', /^ class="(?:come|gone)"$/],
  ['code', /^(?: class="language-(?:diff|text)")?$/],
  ...['head', 'title', 'style', 'body', 'header', 'h1', 'h3', 'h4', 'main', 'footer', 'script', 'summary'].map(
    (name) => [name, /^$/] as const,
  ),
  ...['ul', 'li', 'pre', 'strong', 'b'].map((name) => [name, /^$/] as const),
]);
const voids = ['meta', 'link', 'input'];

/** A page is made of these alone, each closed where it was opened. */
function expectInertPage(page: string): void {
  const body = page
    .replace('<!doctype html>\n', '')
    .replace(`<script>${pageScript}</script>`, '<script></script>')
    .replace(`<style>${pageStyle}</style>`, '<style></style>');
  const open: string[] = [];
  const problems: string[] = [];
  const rest = body.replace(
    /<(\/?)([a-z0-9]+)((?: [a-z-]+(?:="[^"<>]*")?)*)>/g,
    (whole, closes: string, name: string, attributes: string) => {
      if (closes === '' && elements.get(name)?.test(attributes) !== true) problems.push(whole);
      if (closes !== '' && open.pop() !== name) problems.push(`${whole} closes nothing`);
      if (closes === '' && !voids.includes(name)) open.push(name);
      return '';
    },
  );
  expect([...problems, ...open]).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  expect(page).not.toMatch(/(?![\n\t\u200b])[\p{Cc}\p{Cf}]/u);
  expect(page.isWellFormed()).toBe(true);
  expect(Buffer.byteLength(page)).toBeLessThan(4_000_000);
}

function cellsOf(rows: string): readonly number[] {
  return rows.split('\n').map((row) => row.replace(/\\./g, '').split('|').length - 2);
}
