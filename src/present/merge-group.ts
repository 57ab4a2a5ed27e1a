import type { CheckRun } from '../domain/check-run.ts';
import type { Inspection } from '../domain/inspection.ts';
import { aggregateRun, environmentRun, hasOwnRun } from './check-run/check-runs.ts';
import { planText } from './check-run/plan-text.ts';
import { isPlanned, type PullRequestPreview } from './preview.ts';
import { list } from './text/markdown.ts';

/** How what of a group waits for a second person does: in a pull request of it, or only in all of them together. */
export type GroupAsks = ReadonlySet<'unconfirmed' | 'together'>;

interface KnownOfGroup {
  /** Its pull requests, as far as they are known. */
  readonly numbers: readonly number[];
  readonly asks: GroupAsks;
}

/** The check runs of a merge group, the aggregate last. */
export function presentedMergeGroup(
  inspection: Inspection,
  preview: PullRequestPreview,
  { numbers, asks }: KnownOfGroup,
): readonly CheckRun[] {
  const runs = [
    ...preview.environments
      .filter((one) => hasOwnRun(one, preview.environments))
      .map((one) => environmentRun(one, inspection, text(one))),
    aggregateRun(inspection, preview, []),
  ];
  const pulls = list(
    numbers.map((number) => `#${number}`),
    20,
  );
  const where = `This is the merge of ${pulls}, as the merge queue would make it.`;
  const ways = [asks.has('unconfirmed') ? [apart] : [], asks.has('together') ? [together] : []].flat().join(' ');
  return runs.map((run) => ({
    ...run,
    summary: `${where}${run.conclusion === 'action_required' ? ` ${ways}` : ''}\n\n${run.summary}`,
    // Nobody confirms a merge that the queue makes: what it does was confirmed where it was written.
    actions: run.actions.filter(({ identifier }) => identifier !== 'confirm'),
  }));
}

function text({ state, page }: PullRequestPreview['environments'][number]): string {
  return isPlanned(state) ? planText(state.plan, new Set(), page).text : '';
}

const apart =
  'What of it waits for a second person is confirmed on its pull request, with the command that stands there; put it into the queue again after that.';
const together =
  'What its pull requests delete needs a second person only all together, and nobody was asked about the sum: put them into the queue one at a time. What was merged and is not released yet counts in the plan of the next one, and is confirmed there.';
