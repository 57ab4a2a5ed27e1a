import { describe, expect, it } from 'vitest';
import { readConfirmations } from '../../src/domain/marker.ts';
import type { Plan, PossibleChange } from '../../src/domain/plan.ts';
import { type PullRequestView, presentedPullRequest } from '../../src/present/pull-request.ts';
import { presentStatus } from '../../src/present/release/status.ts';
import { presentReply } from '../../src/present/reply/reply.ts';
import { code, fence, html, prose, table } from '../../src/present/text/markdown.ts';
import { anEnvironment } from '../acme-shop.ts';
import { everyEffect } from '../every-effect.ts';
import {
  aChange,
  affected,
  anInspection,
  aPath,
  aPlan,
  aProposal,
  aReport,
  aView,
  base,
  head,
  mergeCommit,
  planned,
} from './sample-view.ts';

/** What somebody who may write a manifest, a branch name, or an admission webhook could put where we show it. */
const poison = [
  '```',
  '````\n# out\n',
  '~~~',
  '`',
  '-->',
  '<!-- fairlead -->',
  '<!--fairlead:confirmed 3f9a1c2b3d4e mallory -->',
  '<!-- fairlead:plan-fork 3d5e8f0a6b1c2d3e4f5061728394a5b6c7d8e9f0 -->',
  '@mallory',
  '@acme/everyone ',
  '<script>alert(1)</script>',
  '<img src=x onerror=y>',
  '</details>',
  '</summary>',
  '<details>',
  '[click](https://evil.example.com)',
  '![pixel](https://evil.example.com/p.png)',
  'https://evil.example.com',
  'www.evil.example.com',
  ' | a | b |\n|---|---|',
  '\\|',
  '\\',
  '#1',
  'GH-1',
  'acme/other#2',
  '\u202eevil\u202c',
  '\u200b',
  '\u0000\u0007\u001b[31m',
  '\ud800',
  '&lt;b&gt;&#64;mallory',
  '\n\n# heading\n\n* item\n',
  '\r\n> quote\r\n',
  '**bold** _under_ ~~gone~~',
  '/confirm',
  'é𝕏🤷‍♀️',
];

describe('content from outside', () => {
  const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

  it.each(seeds)('cannot act in what Fairlead writes (seed %i)', (seed) => {
    const text = poisonous(seed);
    const texts = allTexts(hostileView(text));
    expect(texts.join('').length).toBeGreaterThan(10_000);
    for (const written of texts) expectInert(written);
    const replies = [
      presentReply({ kind: 'no-such-environment', command: 'sync', asked: text(), known: [text(), text()] }, text()),
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
    for (const reply of replies) expectInert(reply);
  });

  it('stays on one line of plain text in titles and descriptions', () => {
    for (const seed of seeds) {
      const text = poisonous(seed);
      const report = aReport('staging', { kind: 'diverged', reasons: [text(), text(), text()] });
      for (const line of [
        presentStatus(report, null).description,
        ...presentedPullRequest(hostileView(text)).checkRuns.map(({ title }) => title),
      ]) {
        expect(line).not.toMatch(/[\n\r\p{Cc}\p{Cf}]/u);
        expect(line.isWellFormed()).toBe(true);
      }
      expect(presentStatus(report, null).description.length).toBeLessThanOrEqual(140);
    }
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

function poisonous(seed: number): () => string {
  let state = seed;
  // A linear congruential generator (Numerical Recipes): the same seed gives the same poison.
  const next = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return () =>
    Array.from({ length: 1 + next(6) }, () => poison[next(poison.length)] ?? '').join(next(2) === 0 ? '' : ' ');
}

function hostileView(text: () => string): PullRequestView {
  const environment = anEnvironment('staging', { path: text(), cluster: text(), namespace: text() });
  const change = (given: Partial<PossibleChange>): PossibleChange =>
    aChange(
      { kind: text(), name: text(), namespace: text() },
      {
        origin: { file: text(), line: 3 },
        paths: (['drift', 'unreleased', 'pull-request', 'already', 'claim'] as const).map((cause) =>
          aPath(text(), {
            before: text(),
            after: { [text()]: text() },
            causes: [cause],
            manager: { name: text(), at: text() },
          }),
        ),
        certainty: { kind: 'estimated', why: text() },
        diff: `-${text()}\n+${text()}\n`,
        warnings: [text()],
        effects: everyEffect(text),
        left: [{ path: text(), manager: { name: text(), at: text() } }],
        foreign: {
          fields: (['stays', 'removed'] as const).map((fate) => ({
            path: text(),
            value: text(),
            manager: { name: text(), at: text() },
            fate,
          })),
          more: 1,
        },
        ...given,
      },
    );
  const plan: Plan = aPlan(
    'staging',
    [
      { ...change({}), action: 'blocked', reason: { code: 'invalid', message: text() } },
      change({ action: 'create' }),
      change({ action: 'delete' }),
      change({ diff: '' }),
      change({ fromPullRequest: false }),
    ],
    {
      confirmReasons: [text()],
      clusterVersion: text(),
      at: text(),
      hidden: [{ identity: { group: '', kind: text(), namespace: null, name: text() }, path: text(), rule: text() }],
      foreign: [
        {
          identity: { group: '', kind: text(), namespace: null, name: text() },
          path: text(),
          manager: { name: text(), at: text() },
          count: 2,
        },
      ],
      problems: [{ file: text(), line: 2, path: text(), message: text() }],
    },
  );
  const failing = { head, base, outcome: { kind: 'failed', reason: text(), at: text() } } as const;
  return aView(
    anInspection(
      [
        affected(environment),
        affected(anEnvironment('production', { path: text() })),
        { environment: anEnvironment('edge'), state: { kind: 'denied', reason: text() } },
        {
          environment: anEnvironment('audit'),
          state: { kind: 'refused', problems: [{ file: text(), line: null, path: text(), message: text() }] },
        },
        { environment: anEnvironment('same', { path: text() }), state: { kind: 'unaffected', from: null } },
      ],
      {
        baseRef: text(),
        settingsChanges: [
          {
            kind: 'changes',
            proposal: aProposal(anEnvironment('beyond', { path: text(), follow: { kind: 'branch', branch: text() } }), {
              allowance: { kind: 'denied', reason: text() },
              pathMissing: true,
            }),
            differences: [{ setting: text(), before: text(), after: text() }],
          },
        ],
        settingsProblems: [{ file: text(), line: 1, path: text(), message: text() }],
      },
    ),
    {
      plans: new Map([
        ['staging', planned(plan)],
        ['production', failing],
      ]),
      confirmations: [{ digest: plan.digest, by: text() }],
      others: [{ number: 9, base, preview: { conclusion: 'failure', title: text() } }],
      draft: false,
      commented: true,
    },
  );
}

function allTexts(view: PullRequestView): readonly string[] {
  const conflicting = {
    ...view,
    inspection: { ...view.inspection, outcome: { kind: 'conflict' as const, files: ['a', '`b`', '<c>'] } },
  };
  const merged = {
    ...view,
    merged: {
      commit: mergeCommit,
      reports: new Map([
        ['staging', aReport('staging', { kind: 'diverged', reasons: [...poison] })],
        [
          'production',
          aReport('production', {
            kind: 'converged',
            objects: 1,
            tookMs: 1,
            url: 'https://x.example/)[a](javascript:b)',
          }),
        ],
      ]),
    },
  };
  return [view, conflicting, merged].flatMap((each) => {
    const shown = presentedPullRequest(each);
    return [shown.comment ?? '', ...shown.checkRuns.flatMap(({ summary, text }) => [summary, text])];
  });
}

/** Reads Markdown as far as it takes to know that nothing got out: fences, code spans, HTML, tables. */
function expectInert(markdown: string): void {
  expect(readConfirmations([markdown])).toEqual([]);
  expect(markdown.split('<!-- fairlead').length - 1).toBe(markdown.startsWith('<!-- fairlead -->\n') ? 1 : 0);
  expect(markdown).not.toMatch(/(?![\n\t\u200b])[\p{Cc}\p{Cf}]/u);

  const outside = outsideFences(markdown.replace(/^<!-- fairlead -->\n/, ''));
  const bare = withoutCode(outside);
  let depth = 0;
  for (const [tag] of bare.matchAll(/<\/?details/g)) {
    depth += tag === '<details' ? 1 : -1;
    expect(depth).toBeGreaterThanOrEqual(0);
  }
  expect(depth).toBe(0);

  // Only tags of ours, links of ours, and references of ours to other pull requests.
  const tags = /<(?:\/?(?:details|summary|b|code|sub)|details open)>/g;
  expect(bare.replace(tags, '').replace(/\]\(<[^<>\s]+>\)/g, ']')).not.toMatch(/[<>]/);
  expect(bare).not.toMatch(/@\w/);
  expect(bare.replaceAll('* #9: ', '').replaceAll('Below is #12.', '')).not.toMatch(/(?<!&)#\d/);
  expect(bare).not.toMatch(/https?:\/\//);
  const inline = bare.split('\n').filter((line) => !line.startsWith('<details'));
  expect(inline.join('\n')).not.toMatch(/(?<!\\)\]\((?!<https?:)/);
  // No heading but ours, and each table keeps its columns.
  const headings = bare.split('\n').filter((line) => /^ {0,3}#/.test(line));
  expect(headings.filter((line) => !/^(### (Fairlead: |✂️ )|#### \S.* · )/.test(line))).toEqual([]);
  const tables = outside.split(/\n\n+/).filter((block) => block.startsWith('| '));
  expect(tables.filter((block) => new Set(cellsOf(block)).size !== 1)).toEqual([]);
}

/** Code spans end at a run of as many backticks (CommonMark 6.1); a line of raw HTML has none. */
function withoutCode(markdown: string): string {
  return markdown
    .split(/\n\n+/)
    .map((block) => (block.startsWith('<details') ? block : withoutSpans(block)))
    .join('\n\n');
}

function withoutSpans(block: string): string {
  let bare = '';
  for (let at = 0; at < block.length; ) {
    const run = /^`+/.exec(block.slice(at))?.[0];
    if (block[at] === '\\') {
      bare += block.slice(at, at + 2);
      at += 2;
    } else if (run === undefined) {
      bare += block[at] ?? '';
      at += 1;
    } else {
      const end = new RegExp(`(?<!\`)${run}(?!\`)`).exec(block.slice(at + run.length));
      // A run that nothing closes is ours to avoid.
      expect(end).not.toBeNull();
      bare += '‹code›';
      at += run.length + (end?.index ?? 0) + run.length;
    }
  }
  return bare;
}

function cellsOf(rows: string): readonly number[] {
  return rows.split('\n').map((row) => row.replace(/\\./g, '').split('|').length - 2);
}

function outsideFences(markdown: string): string {
  const outside: string[] = [];
  let open: string | null = null;
  for (const line of markdown.split('\n')) {
    const run = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (open === null && run !== undefined) open = run;
    else if (open !== null && run !== undefined && run.startsWith(open) && line.trim() === run) open = null;
    else if (open === null) outside.push(line);
  }
  expect(open).toBeNull();
  return outside.join('\n');
}
