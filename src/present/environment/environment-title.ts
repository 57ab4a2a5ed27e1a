import type { Environment } from '../../domain/environment.ts';
import { originText } from '../../domain/manifest.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Problem } from '../../domain/rendering.ts';
import { undoesDrift } from '../change/drift.ts';
import { effectsInAll } from '../change/effect-sums.ts';
import type { EnvironmentPreview, PreviewState } from '../preview.ts';
import { count, list } from '../text/markdown.ts';
import { shortTitle } from '../text/short-title.ts';
import { blockedWords } from './blocked-lines.ts';

interface Titled extends Pick<EnvironmentPreview, 'state'> {
  readonly environment: Pick<Environment, 'cluster'>;
}

/** One line of plain text, to be read beside the environment's name. */
export function environmentTitle({ environment, state }: Titled): string {
  return shortTitle(titleWords(environment, state));
}

function titleWords(environment: Titled['environment'], state: PreviewState): string {
  switch (state.kind) {
    case 'unaffected':
      return 'not affected: renders the same at base and merge result';
    case 'removed':
      return 'removed by this pull request: what it released stays, nothing is deleted';
    case 'planning':
      return `being predicted ${state.again ? 'again ' : ''}on cluster ${environment.cluster}`;
    case 'refused':
      return `cannot be rendered${problemWords(state.problems)}`;
    case 'denied':
      return `not allowed: ${state.reason}`;
    case 'failed':
      return `could not be predicted: ${state.reason}`;
    case 'blocked':
      return `cannot be deployed${blockedWords(state.blocked, environment)}`;
    case 'unconfirmed':
      return `waits for /confirm by a second person: ${state.plan.confirmReasons.join('; ')}`;
    case 'ready': {
      const effects = effectsInAll(state.plan.changes);
      const words = (isGrave: boolean) => effects.flatMap((one) => (one.grave === isGrave ? [one.words] : []));
      const confirmed = state.confirmedBy === null ? '' : `, confirmed by ${state.confirmedBy}`;
      const undone = state.plan.changes.some(undoesDrift) ? ['undoes changes made in the cluster'] : [];
      return `${[planWords(state.plan), ...words(true), ...undone, ...words(false)].join(', ')}${confirmed}`;
    }
  }
}

/** `creates 1, updates 2 and deletes 1 object` */
function planWords(plan: Plan): string {
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

/** What follows a verdict: ` at deploy/web.yaml:7: what is wrong`, or how many problems there are. */
export function problemWords(problems: readonly Problem[]): string {
  const [first] = problems;
  if (problems.length !== 1 || first === undefined) return `: ${count(problems.length, 'problem')}`;
  const { file, line, message } = first;
  return `${file === null ? '' : ` at ${originText({ file, line })}`}: ${message}`;
}
