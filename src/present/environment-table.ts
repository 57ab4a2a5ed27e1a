import type { Action, Plan } from '../domain/plan.ts';
import { effectsInAll } from './effects.ts';
import { byteLength } from './fit.ts';
import { type EnvironmentJudgement, isPlanned, type JudgedEnvironment, needOf } from './judgement.ts';
import { code, count, prose, table } from './markdown.ts';
import { clip } from './visible-text.ts';

const headings = ['environment', '', 'create:', 'update:', 'replace:', 'delete:', 'drift:', ''];
const counted: readonly Action[] = ['create', 'update', 'replace', 'delete'];

/**
 * A row for each environment. Where not all fit in `bytes`, those that need a person come first and the rest is counted.
 */
export function environmentTable(environments: readonly JudgedEnvironment[], bytes: number): string {
  const whole = table(headings, environments.map(row));
  if (byteLength(whole) <= bytes) return whole;
  const byNeed = environments.toSorted((left, right) => needOf(left.judgement) - needOf(right.judgement)).map(row);
  let shown = byNeed.length;
  let text = whole;
  while (shown > 0 && byteLength(text) > bytes - 100) {
    shown = Math.floor(shown * 0.9);
    text = table(headings, byNeed.slice(0, shown));
  }
  return `${text}\n\n…and ${count(environments.length - shown, 'more environment')}.`;
}

function row({ environment, judgement }: JudgedEnvironment): readonly string[] {
  return [`**${prose(environment.name)}**`, stateCell(judgement), ...countCells(judgement), noteCell(judgement)];
}

function stateCell(judgement: EnvironmentJudgement): string {
  switch (judgement.kind) {
    case 'unaffected':
      return '➖ not affected';
    case 'planning':
      return '⏳ being predicted';
    case 'refused':
      return '❌ cannot be rendered';
    case 'denied':
      return '⛔ not allowed';
    case 'failed':
      return '❌ could not be predicted';
    case 'blocked':
      return '❌ blocked';
    case 'unconfirmed':
      return '✋ waits for `/confirm`';
    case 'ready':
      return judgement.confirmedBy === null ? '✅ ready' : `✅ confirmed by ${code(judgement.confirmedBy, 60)}`;
  }
}

function countCells(judgement: EnvironmentJudgement): readonly string[] {
  if (!isPlanned(judgement)) return ['', '', '', '', ''];
  const { changes } = judgement.plan;
  const numbers = [
    ...counted.map((action) => changes.filter((change) => change.action === action).length),
    changes.filter((change) => change.paths.some(({ causes }) => causes.includes('drift'))).length,
  ];
  return numbers.map((number) => (number === 0 ? '' : number.toLocaleString('en-US')));
}

function noteCell(judgement: EnvironmentJudgement): string {
  switch (judgement.kind) {
    case 'unaffected':
      return 'renders the same at base and merge result';
    case 'planning':
      return '';
    case 'refused':
      return count(judgement.problems.length, 'problem');
    case 'denied':
    case 'failed':
      return prose(clip(judgement.reason, 200));
    case 'blocked':
      return blockedNote(judgement.plan);
    case 'unconfirmed':
    case 'ready':
      return effectsNote(judgement.plan);
  }
}

function blockedNote(plan: Plan): string {
  const number = (action: Action): number => plan.changes.filter((change) => change.action === action).length;
  const parts = [
    number('blocked') === 0 ? '' : `${count(number('blocked'), 'object')} blocked`,
    number('unknown') === 0 ? '' : `${count(number('unknown'), 'object')} unknown`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function effectsNote(plan: Plan): string {
  const changing = plan.changes.some(({ action }) => action !== 'unchanged');
  if (!changing) return 'already so in the cluster';
  return effectsInAll(plan.changes)
    .map(({ words, grave }) => (grave ? `**${words}**` : words))
    .join(', ');
}
