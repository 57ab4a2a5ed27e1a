import { describe, expect, it } from 'vitest';
import type { PlanRecord } from '../../src/domain/inspection.ts';
import type { Change } from '../../src/domain/plan.ts';
import { byImportance } from '../../src/plan/by-importance.ts';
import { presentedPullRequest } from '../../src/present/pull-request.ts';
import { anEnvironment } from '../acme-shop.ts';
import {
  aChange,
  affected,
  aKeptBackChange,
  anInspection,
  aPath,
  aPlan,
  aProposal,
  aReport,
  aView,
  mergeCommit,
  planned,
} from './sample-view.ts';

const staging = anEnvironment('staging');
const page = 'https://fairlead.example.com/plans/3f9a?until=1&signature=aB';

describe('however large the plan is', () => {
  it.each([10, 200, 10_000])('%i objects stay within GitHub’s limits, and none is cut in the middle', (number) => {
    const changes = Array.from({ length: number }, (_, index) => large(index, 'é'.repeat(300)));
    const shown = presentedPullRequest(view(new Map([['staging', planned(aPlan('staging', changes))]])));
    expectWithinLimits(shown);
    const comment = shown.comment ?? '';
    expect(comment).not.toBe('');
    const whole = comment.split('```diff').length - 1;
    const left = /✂️ ([\d,]+) objects? (?:is|are) left out here for size/.exec(comment)?.[1]?.replace(',', '') ?? '0';
    expect(whole + Number(left)).toBe(number);
    expect(comment.includes('in the check run `fairlead/plan (staging)`')).toBe(number > 10);
  });

  it('what its merge takes back stands before what is only new, which is folded', () => {
    const created = Array.from({ length: 150 }, (_, index) => ({
      ...large(index, 'x'.repeat(800)),
      action: 'create' as const,
    }));
    const drifted = aChange(
      { name: 'scaled' },
      { fromPullRequest: false, paths: [aPath('spec.replicas', { before: 4, after: 2, causes: ['drift'] })] },
    );
    const plan = aPlan('staging', [...created, drifted].toSorted(byImportance));
    const shown = presentedPullRequest(view(new Map([['staging', planned(plan)]])));
    expectWithinLimits(shown);
    const comment = shown.comment ?? '';
    expect(comment).toMatch(/update · Deployment shop\/scaled[^]*<b>create · \d+ of 150 objects<\/b>/);
    const [run] = shown.checkRuns;
    expect(run?.summary.indexOf('shop/scaled')).toBeLessThan(run?.summary.indexOf('shop/web-0') ?? 0);
  });

  it('names in the check run’s text every object that it cannot hold', () => {
    const changes = Array.from({ length: 400 }, (_, index) => large(index, 'x'.repeat(1000)));
    const [run] = presentedPullRequest(view(new Map([['staging', planned(aPlan('staging', changes))]]))).checkRuns;
    for (let index = 0; index < 400; index += 1) expect(run?.text).toContain(`web-${index}`);
    expect(run?.text).toMatch(/Too large for GitHub: \d+ objects are shown by name only/);
  });

  it('one huge object is left out whole, and smaller ones after it are shown', () => {
    const changes = [large(0, 'x'.repeat(100_000)), large(1, 'small')];
    const comment =
      presentedPullRequest(view(new Map([['staging', planned(aPlan('staging', changes))]]))).comment ?? '';
    expect(comment).toContain('1 object is left out here for size (`update · Deployment shop/web-0`): its beginning');
    expect(comment).toContain('-small');
  });

  it('an object too large for any text has its beginning in the check run’s, cut at a line, and says where the whole is', () => {
    const diff = Array.from({ length: 20_000 }, (_, line) => `+  line ${line}: value`).join('\n');
    const plan = aPlan('staging', [aChange({ name: 'huge' }, { diff })]);
    const at = { ...view(new Map([['staging', planned(plan)]])), pages: new Map([['staging', page]]) };
    const shown = presentedPullRequest(at);
    expectWithinLimits(shown);
    const text = shown.checkRuns[0]?.text ?? '';
    expect(text).toMatch(
      /✂️ The first \d+ of 20,000 lines: this object is too large for GitHub\. The whole is on \[its page\]\(<https:/,
    );
    expect(text).toMatch(/\n\+ {2}line \d+: value\n```\n/);
    expect(shown.comment).toContain(
      'its beginning is in the check run `fairlead/plan (staging)`. It is in the [whole plan]',
    );
  });

  it('the comment says how many objects are where, and the check run shows first what the comment does not', () => {
    const changes = Array.from({ length: 400 }, (_, index) => large(index, 'x'.repeat(1000)));
    const plans = new Map([['staging', planned(aPlan('staging', changes))]]);
    const { comment, checkRuns } = presentedPullRequest({ ...view(plans), pages: new Map([['staging', page]]) });
    const said =
      /✂️ (\d+) objects are left out here .*: (\d+) are whole in the check run .* and (\d+) are named there only\. All of them are in the \[whole plan\]/.exec(
        comment ?? '',
      );
    const [left = 0, whole = 0, named = 0] = (said ?? []).slice(1).map(Number);
    const inComment = (comment ?? '').split('```diff').length - 1;
    expect(inComment + left).toBe(400);
    expect(whole + named).toBe(left);
    const [run] = checkRuns;
    expect((run?.text ?? '').split('```diff').length - 1).toBe(whole);
    expect(run?.text).toMatch(new RegExp(`^#### update · Deployment shop/web-${inComment} `));
    expect(run?.text).toContain(`The whole plan is on [its page](<${page}>).`);
  });

  it('without pages the check run says what the operator can set', () => {
    const changes = Array.from({ length: 400 }, (_, index) => large(index, 'x'.repeat(1000)));
    const [run] = presentedPullRequest(view(new Map([['staging', planned(aPlan('staging', changes))]]))).checkRuns;
    expect(run?.text).toContain('whoever operates Fairlead can set `FAIRLEAD_URL`');
  });

  it('hundreds of environments, problems, reasons and annotations stay within the limits', () => {
    const environments = Array.from({ length: 100 }, (_, index) =>
      anEnvironment(`environment-number-${index}`, { cluster: 'c'.repeat(60), namespace: 'n'.repeat(63) }),
    );
    const problems = Array.from({ length: 5000 }, (_, index) => ({
      file: `deploy/${'d'.repeat(100)}/${index}.yaml`,
      line: index + 1,
      path: 'a.b.c',
      message: '<'.repeat(3000),
    }));
    const plans = new Map<string, PlanRecord | null>(
      environments.map(({ name }, index) => [
        name,
        planned(
          aPlan(
            name,
            Array.from({ length: 40 }, (_, at) => blocked(at, index)),
            { confirmReasons: Array.from({ length: 500 }, () => '&'.repeat(1000)), problems },
          ),
        ),
      ]),
    );
    const given = aView(
      anInspection(
        [
          ...environments.map(affected),
          { environment: anEnvironment('refused'), state: { kind: 'refused', problems } },
          { environment: anEnvironment('denied'), state: { kind: 'denied', reason: '<'.repeat(100_000) } },
        ],
        {
          settingsChanges: environments.map((environment) => {
            const proposal = aProposal(
              { ...environment, follow: { kind: 'branch', branch: '<'.repeat(100_000) } },
              { allowance: { kind: 'denied', reason: '<'.repeat(100_000) }, pathMissing: true },
            );
            const differences = problems
              .slice(0, 20)
              .map(({ message }) => ({ setting: message, before: message, after: message }));
            return { kind: 'changes', proposal, differences };
          }),
          settingsProblems: problems,
        },
      ),
      {
        plans,
        others: Array.from({ length: 200 }, (_, index) => ({
          number: index + 100,
          base: mergeCommit,
          preview: { conclusion: 'failure', title: '<'.repeat(300) },
        })),
      },
    );
    const open = presentedPullRequest(given);
    expect(open.checkRuns).toHaveLength(103);
    expectWithinLimits(open);
    const reports = new Map(
      environments.map(({ name }) => [
        name,
        aReport(name, { kind: 'diverged', reasons: Array.from({ length: 50 }, () => '<'.repeat(200)) }),
      ]),
    );
    expectWithinLimits(
      presentedPullRequest({ ...given, merged: { commit: mergeCommit, reports, besides: new Set() } }),
    );
  });
});

function view(plans: ReadonlyMap<string, PlanRecord | null>) {
  return aView(anInspection([affected(staging)]), { plans });
}

function large(index: number, content: string): Change {
  return aChange(
    { name: `web-${index}` },
    { paths: [aPath('spec.note', { after: content })], diff: ` spec:\n-  note: a\n-${content}\n+  note: b\n` },
  );
}

function blocked(index: number, environment: number): Change {
  return aKeptBackChange(
    { name: `web-${index}-${environment}` },
    {
      reason: { code: 'invalid', message: '<'.repeat(5000) },
      warnings: Array.from({ length: 20 }, () => '@someone '.repeat(200)),
    },
  );
}

function expectWithinLimits(shown: ReturnType<typeof presentedPullRequest>): void {
  expect(Buffer.byteLength(shown.comment ?? '')).toBeLessThanOrEqual(65_000);
  for (const run of shown.checkRuns) {
    expect(Buffer.byteLength(run.summary)).toBeLessThanOrEqual(65_000);
    expect(Buffer.byteLength(run.text)).toBeLessThanOrEqual(65_000);
    expect(run.title.length).toBeLessThanOrEqual(255);
    expect(run.externalId.length).toBeLessThanOrEqual(255);
    expect(run.annotations.length).toBeLessThanOrEqual(250);
    expect(run.actions.length).toBeLessThanOrEqual(3);
    for (const { label, description, identifier } of run.actions) {
      expect(label.length).toBeLessThanOrEqual(20);
      expect(description.length).toBeLessThanOrEqual(40);
      expect(identifier.length).toBeLessThanOrEqual(20);
    }
    for (const { message, title, startLine, path } of run.annotations) {
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(64 * 1024);
      expect(title.length).toBeLessThanOrEqual(255);
      expect(startLine).toBeGreaterThanOrEqual(1);
      expect(path).not.toBe('');
    }
  }
}
