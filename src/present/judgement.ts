import type { CheckConclusion } from '../domain/check-run.ts';
import type { Environment } from '../domain/environment.ts';
import {
  type InspectedEnvironment,
  type Inspection,
  inspectedEnvironments,
  type PlanRecord,
} from '../domain/inspection.ts';
import { identityName } from '../domain/manifest.ts';
import type { Change, Plan } from '../domain/plan.ts';
import type { Confirmation } from '../domain/release.ts';
import type { Problem } from '../domain/rendering.ts';
import { originText } from './change-section.ts';
import { effectsInAll } from './effects.ts';
import { count, list } from './markdown.ts';
import {
  deniedProposals,
  deniedWords,
  mendedEnvironments,
  mendsSettings,
  proposalsOf,
  settingsWords,
} from './settings-section.ts';
import { clip, singleLine } from './visible-text.ts';

/** What is known of one environment, and so what its check run and its row say. */
export type EnvironmentJudgement =
  | { readonly kind: 'unaffected' }
  /** `again`: there was a plan of the same head and base, and it is being made anew. */
  | { readonly kind: 'planning'; readonly again: boolean }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly at: string }
  /** At least one object cannot be applied, or its prediction is not known. */
  | { readonly kind: 'blocked'; readonly plan: Plan; readonly blocked: readonly Change[] }
  /** Waits for `/confirm` by a second person. */
  | { readonly kind: 'unconfirmed'; readonly plan: Plan }
  | { readonly kind: 'ready'; readonly plan: Plan; readonly confirmedBy: string | null };

export interface JudgedEnvironment {
  readonly environment: Environment;
  readonly judgement: EnvironmentJudgement;
}

export interface PullRequestJudgement {
  readonly conclusion: CheckConclusion | null;
  /** One line of plain text: the verdict and its reason. */
  readonly title: string;
  /** In the settings' order. */
  readonly environments: readonly JudgedEnvironment[];
}

export interface JudgedView {
  readonly inspection: Inspection;
  /** By the environment's name; null, or of another head or base: still being predicted. */
  readonly plans: ReadonlyMap<string, PlanRecord | null>;
  /** Given by second persons, for digests that had been published. */
  readonly confirmations: readonly Confirmation[];
}

const titleLimit = 200;

/** One pull request by itself; others on the same head are not looked at. */
export function judgePullRequest(view: JudgedView): PullRequestJudgement {
  const { inspection } = view;
  const { outcome } = inspection;
  const environments = inspectedEnvironments(inspection).map((inspected) => judgeEnvironment(inspected, view));
  const judged = (conclusion: CheckConclusion | null, title: string): PullRequestJudgement => ({
    conclusion,
    title: clip(singleLine(title), titleLimit),
    environments,
  });
  switch (outcome.kind) {
    case 'settings-unreadable':
      if (mendsSettings(inspection)) return judged(settingsConclusion(inspection), mendingWords(inspection));
      return judged('failure', `the settings cannot be read: ${count(inspection.settingsProblems.length, 'problem')}`);
    case 'conflict':
      return judged('failure', `cannot be merged into ${inspection.baseRef}: ${conflictWords(outcome.files)}`);
    case 'fork-waits':
      return judged('action_required', 'waits for /plan by somebody with write permission: it comes from a fork');
    case 'inspected':
      return { ...judged(conclusionOf(environments, inspection), ''), title: inspectedTitle(environments, inspection) };
  }
}

/** null: in progress. */
export function environmentConclusion({ kind }: EnvironmentJudgement): CheckConclusion | null {
  switch (kind) {
    case 'planning':
      return null;
    case 'refused':
    case 'denied':
    case 'failed':
    case 'blocked':
      return 'failure';
    case 'unconfirmed':
      return 'action_required';
    case 'unaffected':
    case 'ready':
      return 'success';
  }
}

/** For sorting: what needs a person comes first, what is not affected last. */
export function needOf(judgement: EnvironmentJudgement): number {
  if (judgement.kind === 'unaffected') return 4;
  return ['failure', 'action_required', null, 'success'].indexOf(environmentConclusion(judgement));
}

/** One line of plain text, to be read beside the environment's name. */
export function environmentTitle({ environment, judgement }: JudgedEnvironment): string {
  return clip(singleLine(titleWords(environment, judgement)), titleLimit);
}

/** `creates 1, updates 2 and deletes 1 object` */
export function planWords(plan: Plan): string {
  const verbs = [
    ['create', 'creates'],
    ['update', 'updates'],
    ['replace', 'replaces'],
    ['delete', 'deletes'],
  ] as const;
  const counted = verbs
    .map(([action, verb]) => ({ verb, number: plan.changes.filter((change) => change.action === action).length }))
    .filter(({ number }) => number > 0);
  if (counted.length === 0) return 'nothing to change: the cluster is already so';
  const last = counted.at(-1)?.number ?? 0;
  return `${list(counted.map(({ verb, number }) => `${verb} ${number.toLocaleString('en-US')}`))} ${last === 1 ? 'object' : 'objects'}`;
}

export function isPlanned(
  judgement: EnvironmentJudgement,
): judgement is Extract<EnvironmentJudgement, { readonly plan: Plan }> {
  return judgement.kind === 'blocked' || judgement.kind === 'unconfirmed' || judgement.kind === 'ready';
}

function judgeEnvironment({ environment, state }: InspectedEnvironment, view: JudgedView): JudgedEnvironment {
  if (state.kind !== 'affected') return { environment, judgement: state };
  const record = view.plans.get(environment.name) ?? null;
  const { head, base } = view.inspection;
  if (record === null || record.head !== head || record.base !== base) {
    return { environment, judgement: { kind: 'planning', again: false } };
  }
  if (record.again === true) return { environment, judgement: { kind: 'planning', again: true } };
  if (record.outcome.kind === 'failed') return { environment, judgement: record.outcome };
  return { environment, judgement: judgePlan(record.outcome.plan, view.confirmations) };
}

function judgePlan(plan: Plan, confirmations: readonly Confirmation[]): EnvironmentJudgement {
  const blocked = plan.changes.filter(({ action }) => action === 'blocked' || action === 'unknown');
  if (blocked.length > 0) return { kind: 'blocked', plan, blocked };
  const confirmation = confirmations.find(({ digest }) => digest.length >= 12 && plan.digest.startsWith(digest));
  if (plan.confirm.length > 0 && confirmation === undefined) return { kind: 'unconfirmed', plan };
  return { kind: 'ready', plan, confirmedBy: plan.confirm.length > 0 ? (confirmation?.by ?? null) : null };
}

function titleWords(environment: Environment, judgement: EnvironmentJudgement): string {
  switch (judgement.kind) {
    case 'unaffected':
      return 'not affected: renders the same at base and merge result';
    case 'planning':
      return `being predicted ${judgement.again ? 'again ' : ''}on cluster ${environment.cluster}`;
    case 'refused':
      return `cannot be rendered${problemWords(judgement.problems)}`;
    case 'denied':
      return `not allowed: ${judgement.reason}`;
    case 'failed':
      return `could not be predicted: ${judgement.reason}`;
    case 'blocked':
      return `cannot be deployed, as ${blockedWords(judgement.blocked)}`;
    case 'unconfirmed':
      return `waits for /confirm by a second person: ${judgement.plan.confirm.join('; ')}`;
    case 'ready': {
      const effects = effectsInAll(judgement.plan.changes).map(({ words }) => words);
      const confirmed = judgement.confirmedBy === null ? '' : `, confirmed by ${judgement.confirmedBy}`;
      return `${[planWords(judgement.plan), ...effects].join(', ')}${confirmed}`;
    }
  }
}

// What follows a verdict: ` at deploy/web.yaml:7: what is wrong`, or how many problems there are.
function problemWords(problems: readonly Problem[]): string {
  const [first] = problems;
  if (problems.length !== 1 || first === undefined) return `: ${count(problems.length, 'problem')}`;
  const { file, line, message } = first;
  return `${file === null ? '' : ` at ${originText({ file, line })}`}: ${message}`;
}

function blockedWords(blocked: readonly Change[]): string {
  const [first] = blocked;
  if (first === undefined) return '';
  const more = blocked.length === 1 ? '' : ` and ${blocked.length - 1} more`;
  return `${identityName(first.identity)} is ${first.action}${more}${first.reason === null ? '' : `: ${first.reason.message}`}`;
}

function conflictWords(files: readonly string[]): string {
  return files.length === 1 ? `${files[0] ?? ''} conflicts` : `${count(files.length, 'file')} conflict`;
}

function mendingWords(inspection: Inspection): string {
  const denied = deniedProposals(inspection);
  return denied.length > 0 ? deniedWords(denied) : 'mends the settings; nothing is planned until it is merged';
}

// What a pull request makes of the settings counts once it is merged, for every pull request after it.
function settingsConclusion(inspection: Inspection): 'success' | 'failure' {
  const { settingsProblems } = inspection;
  return settingsProblems.length > 0 || deniedProposals(inspection).length > 0 ? 'failure' : 'success';
}

// What is denied today and not any more once this is merged, or gone then, must not keep it from being merged.
function standingAfter(
  environments: readonly JudgedEnvironment[],
  { settingsChanges }: Inspection,
): readonly JudgedEnvironment[] {
  const mended = mendedEnvironments(settingsChanges);
  return environments.filter(
    ({ environment, judgement }) => judgement.kind !== 'denied' || !mended.has(environment.name),
  );
}

function conclusionOf(environments: readonly JudgedEnvironment[], inspection: Inspection): CheckConclusion | null {
  const conclusions = standingAfter(environments, inspection).map(({ judgement }) => environmentConclusion(judgement));
  if (conclusions.includes(null)) return null;
  if (settingsConclusion(inspection) === 'failure' || conclusions.includes('failure')) return 'failure';
  return conclusions.includes('action_required') ? 'action_required' : 'success';
}

function inspectedTitle(environments: readonly JudgedEnvironment[], inspection: Inspection): string {
  const title = inspectedWords(environments, inspection);
  return clip(singleLine(title), titleLimit);
}

function inspectedWords(environments: readonly JudgedEnvironment[], inspection: Inspection): string {
  const of = (conclusion: CheckConclusion | null): readonly JudgedEnvironment[] =>
    standingAfter(environments, inspection).filter(({ judgement }) => environmentConclusion(judgement) === conclusion);
  const [planning, failing, waiting] = [of(null), of('failure'), of('action_required')];
  if (planning.length > 0) return `predicting ${names(planning)}`;
  if (inspection.settingsProblems.length > 0) {
    return `the settings would be invalid${problemWords(inspection.settingsProblems)}`;
  }
  const denied = deniedProposals(inspection);
  if (denied.length > 0) return deniedWords(denied);
  if (failing.length > 0) return failureWords(failing);
  if (waiting.length > 0)
    return `${names(waiting)} ${waiting.length === 1 ? 'waits' : 'wait'} for /confirm by a second person`;
  return successWords(environments, inspection);
}

function failureWords(failing: readonly JudgedEnvironment[]): string {
  const [only] = failing;
  if (failing.length === 1 && only !== undefined) return `${only.environment.name} ${environmentTitle(only)}`;
  return `${names(failing)} cannot be deployed`;
}

function successWords(environments: readonly JudgedEnvironment[], inspection: Inspection): string {
  const standing = standingAfter(environments, inspection);
  const affected = standing.filter(({ judgement }) => judgement.kind !== 'unaffected');
  const { settingsChanges } = inspection;
  const settings = settingsChanges.length > 0 ? `${settingsWords(settingsChanges)}; ` : '';
  // What the pull request does in the settings is not planned yet: it is not known that no environment is affected.
  const unplanned =
    proposalsOf(settingsChanges).length > 0
      ? 'nothing of it is planned until it is merged'
      : 'what was released stays: nothing is deleted';
  if (environments.length === 0) {
    return settings === '' ? `no environment follows ${inspection.baseRef}` : `${settings}${unplanned}`;
  }
  if (affected.length === 0 && standing.length < environments.length) {
    const mended = environments.filter((one) => !standing.includes(one));
    return `mends the settings of ${names(mended)}; nothing of it is planned until it is merged`;
  }
  if (affected.length === 0 && settings !== '') return `${settings}${unplanned}`;
  if (affected.length === 0)
    return `no environment is affected: ${names(environments)} ${environments.length === 1 ? 'renders' : 'render'} the same`;
  const changing = affected.filter(
    ({ judgement }) => isPlanned(judgement) && judgement.plan.changes.some(({ action }) => action !== 'unchanged'),
  );
  if (changing.length === 0)
    return `${settings}merging this changes nothing: ${names(affected)} ${affected.length === 1 ? 'is' : 'are'} already so`;
  return `${settings}merging this changes ${changing.length} of ${count(environments.length, 'environment')}`;
}

function names(environments: readonly JudgedEnvironment[]): string {
  return list(
    environments.map(({ environment }) => environment.name),
    4,
  );
}
