import { aggregateName, type CheckRun, environmentRunName } from '../domain/check-run.ts';
import { externalId } from '../domain/external-id.ts';
import type { Change } from '../domain/plan.ts';
import type { CommitId } from '../domain/repository.ts';
import { aggregateRun, environmentRun, hasOwnRun } from './check-run/check-runs.ts';
import { type PlanText, planText } from './check-run/plan-text.ts';
import { type FittedComment, fitComment, presentComment } from './comment.ts';
import { leftOfEnvironment } from './environment/environment-section.ts';
import { type EnvironmentPreview, isPlanned, type PreviewInput, type PullRequestPreview } from './preview.ts';
import { pullRequestPreview } from './pull-request-preview.ts';
import type { MergedView } from './release/release-table.ts';

/** All that is known of a pull request when it is shown. */
export interface PullRequestView extends PreviewInput {
  /** Open pull requests with the same head: a check run belongs to a commit. */
  readonly others: readonly OtherPullRequest[];
  readonly merged: MergedView | null;
  /** It is written on yet: planned quietly, in check runs alone, until it is ready for review. */
  readonly draft: boolean;
  /** Whether our comment stands there: then it is kept true even where there is nothing left to say. */
  readonly commented: boolean;
  /** Names of our check runs on this head: those that no longer apply are concluded. */
  readonly published: readonly string[];
}

/** Another pull request on the same head, with its own preview. */
export interface OtherPullRequest {
  readonly number: number;
  readonly base: CommitId;
  readonly preview: Pick<PullRequestPreview, 'conclusion' | 'title'>;
}

export interface PresentedPullRequest {
  /** null: no comment is needed, or the one that stands there is still true. */
  readonly comment: string | null;
  /** The aggregate last, so that whoever is told by it finds the others. Empty once merged: they said what they had to. */
  readonly checkRuns: readonly CheckRun[];
}

/** The check runs and the comment of a pull request. The same view gives the same texts, whenever it is asked. */
export function presentedPullRequest(view: PullRequestView): PresentedPullRequest {
  const preview = pullRequestPreview(view);
  const open = fitComment({ ...view, merged: null }, preview);
  const texts = planTexts(view, preview, open);
  const fitted = view.merged === null ? open : fitComment(view, preview);
  return {
    comment: isPlannedAgain(view, preview) ? null : presentComment(view, preview, { fitted, texts }),
    checkRuns: view.merged === null ? checkRuns(view, preview, texts) : [],
  };
}

/** A draft has no comment that would show anything. */
const nothing: ReadonlySet<Change> = new Set();

/** Of the check runs, by environment: what the comment of the open pull request has no room for comes first there. */
function planTexts(
  view: PullRequestView,
  preview: PullRequestPreview,
  { sections }: FittedComment,
): ReadonlyMap<string, PlanText> {
  const texts = new Map<string, PlanText>();
  for (const one of preview.environments) {
    const { environment, state, page } = one;
    if (!isPlanned(state) || !isShown(one, view, preview)) continue;
    const first = view.draft && !view.commented ? nothing : leftOfEnvironment(sections, environment.name);
    texts.set(environment.name, planText(state.plan, first, page));
  }
  return texts;
}

/** Whether an environment has a check run of its own, or had one on this head that must stay true. */
function isShown(
  one: EnvironmentPreview,
  { published }: PullRequestView,
  { environments }: PullRequestPreview,
): boolean {
  if (hasOwnRun(one, environments)) return true;
  return one.state.kind !== 'unaffected' && published.includes(environmentRunName(one.environment.name));
}

// What the comment says was found for this very head and base, and when: it stands until the new plan does. The check
// runs take their conclusions back.
function isPlannedAgain({ commented, merged }: PullRequestView, { environments }: PullRequestPreview): boolean {
  const planning = environments.flatMap(({ state }) => (state.kind === 'planning' ? [state] : []));
  return commented && merged === null && planning.length > 0 && planning.every(({ again }) => again);
}

function checkRuns(
  view: PullRequestView,
  preview: PullRequestPreview,
  texts: ReadonlyMap<string, PlanText>,
): readonly CheckRun[] {
  const { inspection } = view;
  const own = preview.environments
    .filter((one) => isShown(one, view, preview))
    .map((one) => environmentRun(one, inspection, texts.get(one.environment.name)?.text ?? ''));
  const names = new Set(own.map(({ name }) => name));
  const outdated = view.published.filter((name) => name !== aggregateName && !names.has(name));
  return [
    ...own,
    ...outdated.flatMap((name) => outdatedRun(name, view, preview)),
    aggregateRun(inspection, preview, view.others),
  ];
}

// A base that moved can take an environment out of the pull request's reach; its old verdict must not stand.
function outdatedRun(name: string, view: PullRequestView, preview: PullRequestPreview): readonly CheckRun[] {
  const { inspection, others } = view;
  const known = preview.environments.some(({ environment }) => environmentRunName(environment.name) === name);
  // Another pull request on this head, into another base, has environments of its own.
  if (!known && others.length > 0) return [];
  const run = (conclusion: 'success' | 'failure', title: string): CheckRun => ({
    name,
    head: inspection.head,
    externalId: externalId({ ...inspection, digest: null }),
    conclusion,
    title,
    summary: `The check run \`${aggregateName}\` says what is true now.`,
    text: '',
    annotations: [],
    actions: [],
  });
  if (inspection.outcome.kind !== 'inspected') return [run('failure', `Not planned: see ${aggregateName}`)];
  return [
    run(
      'success',
      known
        ? 'Not affected any more: renders the same at base and merge result'
        : 'Not an environment of this base branch any more',
    ),
  ];
}
