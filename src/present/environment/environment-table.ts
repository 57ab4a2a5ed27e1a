import type { Action, Plan } from '../../domain/plan.ts';
import { isDrifted } from '../change/drift.ts';
import { type EffectSum, effectsInAll } from '../change/effect-sums.ts';
import { type EnvironmentPreview, type HeldUp, isPlanned, needOf, type PreviewState } from '../preview.ts';
import { byteLength } from '../text/fit.ts';
import { code, count, list, prose, table } from '../text/markdown.ts';
import { clip } from '../text/visible-text.ts';

const headings = ['environment', '', 'create:', 'update:', 'replace:', 'delete:', 'drift:', ''];
const counted: readonly Action[] = ['create', 'update', 'replace', 'delete'];

/** Of more environments that are not affected one row tells: what is to be decided on must not stand between them. */
const unaffectedRows = 3;

/**
 * A row for each environment. Where not all fit in `bytes`, those that need a person come first and the rest is counted.
 */
export function environmentTable(environments: readonly EnvironmentPreview[], bytes: number): string {
  const unaffected = environments.filter(({ state }) => state.kind === 'unaffected');
  const told =
    unaffected.length > unaffectedRows ? environments.filter((one) => !unaffected.includes(one)) : environments;
  const others = told.length < environments.length ? [unaffectedRow(unaffected)] : [];
  const whole = table(headings, [...told.map(row), ...others]);
  if (byteLength(whole) <= bytes) return whole;
  const byNeed = [...told.toSorted((left, right) => needOf(left.state) - needOf(right.state)).map(row), ...others];
  let shown = byNeed.length;
  let text = whole;
  while (shown > 0 && byteLength(text) > bytes - 100) {
    shown = Math.floor(shown * 0.9);
    text = table(headings, byNeed.slice(0, shown));
  }
  return `${text}\n\n…and ${count(byNeed.length - shown, 'more environment')}.`;
}

function unaffectedRow(environments: readonly EnvironmentPreview[]): readonly string[] {
  const names = list(
    environments.map(({ environment }) => `**${prose(environment.name)}**`),
    unaffectedRows,
  );
  return [names, '➖ not affected', '', '', '', '', '', 'render the same at base and merge result'];
}

function row({ environment, heldUp, state }: EnvironmentPreview): readonly string[] {
  // What waits for another environment is ready all the same, and not released.
  const held = heldUp === null || !isPlanned(state) ? [] : [heldUpWords(heldUp)];
  const note = [...held, noteCell(state)].filter((part) => part !== '').join(', ');
  return [`**${prose(environment.name)}**`, stateCell(state), ...countCells(state), note];
}

function stateCell(state: PreviewState): string {
  switch (state.kind) {
    case 'unaffected':
      return '➖ not affected';
    case 'removed':
      return '➖ removed by this pull request';
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
      return state.confirmedBy === null ? '✅ ready' : `✅ confirmed by ${code(state.confirmedBy, 60)}`;
  }
}

function countCells(state: PreviewState): readonly string[] {
  if (!isPlanned(state)) return ['', '', '', '', ''];
  const { changes } = state.plan;
  const numbers = [
    ...counted.map((action) => changes.filter((change) => change.action === action).length),
    changes.filter(isDrifted).length,
  ];
  return numbers.map((number) => (number === 0 ? '' : number.toLocaleString('en-US')));
}

function noteCell(state: PreviewState): string {
  switch (state.kind) {
    case 'unaffected':
      return 'renders the same at base and merge result';
    case 'removed':
      return 'what it released stays, nothing is deleted';
    case 'planning':
      return '';
    case 'refused':
      return count(state.problems.length, 'problem');
    case 'denied':
    case 'failed':
      return prose(clip(state.reason, 200));
    case 'blocked':
      return blockedNote(state.plan);
    case 'unconfirmed':
    case 'ready':
      return effectsNote(state.plan);
  }
}

function heldUpWords({ by, commit }: HeldUp): string {
  return `waits for ${prose(by)}, which diverged at \`${commit.slice(0, 7)}\``;
}

function blockedNote(plan: Plan): string {
  const number = (action: Action): number => plan.changes.filter((change) => change.action === action).length;
  const parts = [
    number('blocked') === 0 ? '' : `${count(number('blocked'), 'object')} blocked`,
    number('unknown') === 0 ? '' : `${count(number('unknown'), 'object')} unknown`,
    // What the rest would do is not hidden behind what stands in its way.
    effectWords(effectsInAll(plan.changes).filter(({ grave }) => grave)),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function effectsNote(plan: Plan): string {
  const changing = plan.changes.some(({ action }) => action !== 'unchanged');
  if (!changing) return 'already so in the cluster';
  return effectWords(effectsInAll(plan.changes));
}

function effectWords(sums: readonly EffectSum[]): string {
  return sums.map(({ words, grave }) => (grave ? `**${words}**` : words)).join(', ');
}
