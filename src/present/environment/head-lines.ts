import type { Environment } from '../../domain/environment.ts';
import type { Change, Plan } from '../../domain/plan.ts';
import { isDrifted } from '../change/drift.ts';
import type { EnvironmentPreview } from '../preview.ts';
import { prose } from '../text/markdown.ts';
import { clip } from '../text/visible-text.ts';
import { blockedLead } from './blocked-lines.ts';
import { alsoChangedLine, confirmLines, problemLines, remarksOn, removedLines } from './plan-lines.ts';

/** What a person must know or decide about one environment, before its objects. Some are ''. */
export function headLines(preview: EnvironmentPreview): readonly string[] {
  const { environment, state, docs } = preview;
  switch (state.kind) {
    case 'unaffected':
    case 'planning':
      return [];
    case 'removed':
      return [removedLines(environment, docs)];
    case 'refused':
      return ['**❌ It cannot be rendered, so nothing can be planned:**', problemLines(state.problems, 4000)];
    case 'denied':
      return [`**⛔ Not allowed:** ${prose(clip(state.reason, 600))}. Nothing was sent to the cluster.`];
    case 'failed':
      return [`**❌ It could not be predicted:** ${prose(clip(state.reason, 600))}. Comment \`/plan\` to try now.`];
    case 'blocked':
      return [
        blockedLead(state.blocked, environment, docs),
        confirmLines(state.plan, null, null),
        ...planRemarks(preview, state.plan),
      ];
    case 'unconfirmed':
      return [confirmLines(state.plan, null, null), ...planRemarks(preview, state.plan)];
    case 'ready':
      return [confirmLines(state.plan, state.confirmedBy, null), ...planRemarks(preview, state.plan)];
  }
}

function planRemarks({ environment, heldUp, carries, alsoChanged }: EnvironmentPreview, plan: Plan): readonly string[] {
  const changing = plan.changes.some(({ action }) => action !== 'unchanged');
  const problems = remarksOn(plan);
  return [
    modeRemark(environment),
    carries === null || !plan.changes.some(isCarried)
      ? ''
      : `⏳ #${carries} was merged before and its release waits: it is released along with this.`,
    heldUp === null
      ? ''
      : `⏳ It is released after **${prose(heldUp.by)}**, which diverged at \`${heldUp.commit.slice(0, 7)}\`: until that is mended or reverted, it waits.`,
    alsoChangedLine(alsoChanged),
    changing ? '' : 'Nothing to change: the cluster is already as this merge would make it.',
    problems.length === 0 ? '' : `⚠️ Worth a look:\n${problemLines(problems, 2000)}`,
  ];
}

/** Whether anything of the change may come from what was merged before. */
function isCarried(change: Change): boolean {
  if (change.paths.some(({ causes }) => causes.includes('unreleased'))) return true;
  return !change.fromPullRequest && !isDrifted(change);
}

function modeRemark({ mode }: Environment): string {
  switch (mode) {
    case 'release':
      return '';
    case 'manual':
      return 'Mode `manual`: merging releases nothing; `/sync` does.';
    case 'observe':
      return 'Mode `observe`: planned and watched, never released.';
  }
}
