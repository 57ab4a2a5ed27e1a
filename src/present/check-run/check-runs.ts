import {
  aggregateName,
  type CheckAction,
  type CheckConclusion,
  type CheckRun,
  environmentRunName,
} from '../../domain/check-run.ts';
import { externalId } from '../../domain/external-id.ts';
import { type Inspection, inspectedEnvironments } from '../../domain/inspection.ts';
import { isKeptBack, type Plan } from '../../domain/plan.ts';
import { refusalLine } from '../change/change-section.ts';
import { changeName, changeWords, notAuthoredWords } from '../change/change-words.ts';
import { sharedRefusalLine, withSharedRefusals } from '../change/shared-refusals.ts';
import { environmentTable } from '../environment/environment-table.ts';
import { environmentTitle } from '../environment/environment-title.ts';
import { comparedLine, confirmLines, problemLines, remarksOn, removedLines } from '../environment/plan-lines.ts';
import { renderedLine } from '../environment/rendered-line.ts';
import { overview } from '../overview.ts';
import { type EnvironmentPreview, environmentConclusion, isPlanned, type PullRequestPreview } from '../preview.ts';
import type { OtherPullRequest } from '../pull-request.ts';
import { askedRules } from '../settings/settings-section.ts';
import { fitLines, textLimit } from '../text/fit.ts';
import { code, count, prose } from '../text/markdown.ts';
import { clip } from '../text/visible-text.ts';
import { inMarkdown } from '../text/words.ts';
import { environmentAnnotations, settingsAnnotations } from './annotations.ts';

/** Of more affected environments than this only those that need a person get a check run of their own. */
const ownRunLimit = 30;

// Labels 20, descriptions 40, identifiers 20 characters at most (docs.github.com/rest/checks/runs).
const planAgain: CheckAction = { label: 'Plan again', description: 'Predict it again, now', identifier: 'plan-again' };
const confirm: CheckAction = { label: 'Confirm', description: 'As a second person: go ahead', identifier: 'confirm' };

/** Whether an environment gets a check run of its own beside the aggregate. */
export function hasOwnRun({ state }: EnvironmentPreview, environments: readonly EnvironmentPreview[]): boolean {
  if (state.kind === 'unaffected') return false;
  const affected = environments.filter((other) => other.state.kind !== 'unaffected').length;
  if (affected <= ownRunLimit) return true;
  const conclusion = environmentConclusion(state);
  return conclusion === 'failure' || conclusion === 'action_required';
}

/** The check run of one environment. `text`: its plan, object by object; ''. */
export function environmentRun(preview: EnvironmentPreview, inspection: Inspection, text: string): CheckRun {
  const { environment, state, page } = preview;
  return {
    name: environmentRunName(environment.name),
    head: inspection.head,
    externalId: externalId({
      number: inspection.number,
      base: inspection.base,
      digest: isPlanned(state) ? state.plan.digest : null,
    }),
    conclusion: environmentConclusion(state),
    title: capitalized(environmentTitle(preview)),
    summary: environmentSummary(preview, inspection),
    text,
    ...(page === null ? {} : { detailsUrl: page }),
    annotations: environmentAnnotations(state),
    actions: state.kind === 'unconfirmed' ? [planAgain, confirm] : [planAgain],
  };
}

/** The check run to make required. A check run belongs to a commit: of several pull requests on it, the worse is shown. */
export function aggregateRun(
  inspection: Inspection,
  own: PullRequestPreview,
  others: readonly OtherPullRequest[],
): CheckRun {
  const worse = others
    .filter(({ preview }) => badness(preview.conclusion) > badness(own.conclusion))
    .toSorted((left, right) => badness(right.preview.conclusion) - badness(left.preview.conclusion))
    .at(0);
  const title =
    worse === undefined ? own.title : clip(`#${worse.number}, on the same commit: ${worse.preview.title}`, 250);
  return {
    name: aggregateName,
    head: inspection.head,
    externalId: externalId({ ...(worse ?? inspection), digest: null }),
    conclusion: worse === undefined ? own.conclusion : worse.preview.conclusion,
    title: capitalized(title),
    summary: aggregateSummary(inspection, own, others),
    text: '',
    annotations: settingsAnnotations(inspection),
    actions: [planAgain],
  };
}

function badness(conclusion: CheckConclusion | null): number {
  return ['success', 'neutral', null, 'action_required', 'failure'].indexOf(conclusion);
}

function aggregateSummary(
  inspection: Inspection,
  own: PullRequestPreview,
  others: readonly OtherPullRequest[],
): string {
  const parts = [
    others.length === 0 ? '' : othersLine(inspection.number, others),
    overview(inspection, own, 'proposed'),
    own.environments.length === 0 ? '' : environmentTable(own.environments, 16_000),
  ];
  return withinLimit(parts.filter((part) => part !== '').join('\n\n'));
}

function othersLine(number: number, others: readonly OtherPullRequest[]): string {
  const lines = others
    .slice(0, 20)
    .map(
      (other) =>
        `* #${other.number}: ${prose(clip(other.preview.title, 200))} (${other.preview.conclusion ?? 'in progress'})`,
    );
  const rest = others.length - lines.length;
  return [
    `This commit is the head of ${count(others.length + 1, 'pull request')}; the check shows the worst of them. Below is #${number}. The others:`,
    ...lines,
    ...(rest === 0 ? [] : [`* and ${count(rest, 'more', 'more')}`]),
  ].join('\n');
}

function environmentSummary(preview: EnvironmentPreview, inspection: Inspection): string {
  const { environment, state, docs } = preview;
  const where = `Environment ${code(environment.name)}: path ${code(environment.path === '' ? '.' : environment.path)}, cluster ${code(environment.cluster)}, namespace ${code(environment.namespace)}.`;
  const ask = state.kind === 'denied' ? askedRules([environment], inspection, { tense: 'proposed', docs }) : '';
  const found = inspectedEnvironments(inspection).find((one) => one.environment.name === environment.name);
  const from = found?.state.kind === 'affected' || found?.state.kind === 'unaffected' ? found.state.from : null;
  const parts = [...summaryLines(preview, inspection), from === null ? where : `${where} ${renderedLine(from)}`, ask];
  return withinLimit(parts.filter((part) => part !== '').join('\n\n'));
}

function summaryLines({ environment, state, docs }: EnvironmentPreview, inspection: Inspection): readonly string[] {
  switch (state.kind) {
    case 'unaffected':
      return ['It renders the same at base and merge result.'];
    case 'removed':
      return [removedLines(environment, docs)];
    case 'planning':
      return ['The API server is being asked what this merge would make of the cluster.'];
    case 'refused':
      return ['**It cannot be rendered, so nothing can be planned:**', problemLines(state.problems, 30_000)];
    case 'denied':
      return [
        `**Not allowed:** ${prose(clip(state.reason, 2000))}.`,
        'Nothing was sent to the cluster. The operator’s file decides.',
      ];
    case 'failed':
      return [
        `**It could not be predicted:** ${prose(clip(state.reason, 2000))}.`,
        'No prediction is no plan, so this is not green. *Plan again* (or a comment `/plan`) tries now.',
      ];
    case 'blocked':
    case 'unconfirmed':
    case 'ready':
      return planSummary(state.plan, state.kind === 'ready' ? state.confirmedBy : null, inspection);
  }
}

function planSummary(plan: Plan, confirmedBy: string | null, { queue }: Pick<Inspection, 'queue'>): readonly string[] {
  const { changes } = plan;
  const problems = remarksOn(plan);
  const listed = fitLines(
    withSharedRefusals(changes),
    (one) => (one.kind === 'one' ? summaryLine(one.change) : `* ${sharedRefusalLine(one)}`),
    30_000,
    (rest) => `* and ${count(rest, 'more object')}, not named here for size`,
  );
  return [
    confirmLines(plan, confirmedBy, queue),
    changes.length === 0 ? 'Nothing to change: the cluster is already as this merge would make it.' : listed,
    problems.length === 0 ? '' : `**Worth a look:**\n${problemLines(problems, 8000)}`,
    comparedLine(plan),
  ];
}

function summaryLine(change: Plan['changes'][number]): string {
  if (isKeptBack(change)) return `* ${refusalLine(change).replaceAll('\n', '\n  ')}`;
  const words = inMarkdown(changeWords(change));
  return `* **${prose(changeName(change))}**${words === '' ? '' : ` — ${words}`}${notAuthoredWords(change)}`;
}

// Every part is bounded already; a summary holds no fence or details, so that it may end at any line.
function withinLimit(summary: string): string {
  return fitLines(
    summary.split('\n'),
    (line) => line,
    textLimit - 100,
    (rest) => `…and ${count(rest, 'more line')}`,
  );
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
