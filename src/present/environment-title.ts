import type { Environment } from '../domain/environment.ts';
import { identityName } from '../domain/manifest.ts';
import type { Change, Plan } from '../domain/plan.ts';
import type { Problem } from '../domain/rendering.ts';
import { originText } from './change-section.ts';
import { effectsInAll } from './effects.ts';
import type { EnvironmentJudgement, JudgedEnvironment } from './judgement.ts';
import { count, list } from './markdown.ts';
import { clip, singleLine } from './visible-text.ts';

/** How many characters a title may have. */
export const titleLimit = 200;

/** One line of plain text, to be read beside the environment's name. */
export function environmentTitle({ environment, judgement }: JudgedEnvironment): string {
  return clip(singleLine(titleWords(environment, judgement)), titleLimit);
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

function blockedWords(blocked: readonly Change[]): string {
  const [first] = blocked;
  if (first === undefined) return '';
  const more = blocked.length === 1 ? '' : ` and ${blocked.length - 1} more`;
  return `${identityName(first.identity)} is ${first.action}${more}${first.reason === null ? '' : `: ${first.reason.message}`}`;
}

/** What follows a verdict: ` at deploy/web.yaml:7: what is wrong`, or how many problems there are. */
export function problemWords(problems: readonly Problem[]): string {
  const [first] = problems;
  if (problems.length !== 1 || first === undefined) return `: ${count(problems.length, 'problem')}`;
  const { file, line, message } = first;
  return `${file === null ? '' : ` at ${originText({ file, line })}`}: ${message}`;
}
