import type { CheckConclusion } from '../domain/check-run.ts';
import { type Inspection, mendsSettings } from '../domain/inspection.ts';
import { deniedProposals, proposalsOf, removesSettings } from '../domain/settings-change.ts';
import { undoesDrift } from './change/drift.ts';
import { environmentTitle, problemWords } from './environment/environment-title.ts';
import { allowedAfter, type EnvironmentPreview, environmentConclusion, isPlanned, standingAfter } from './preview.ts';
import { isReleasedByMerge } from './settings/first-release-words.ts';
import { redirectionWords } from './settings/redirection-words.ts';
import { deniedWords, missingWords, settingsWords } from './settings/settings-section.ts';
import { count, list } from './text/markdown.ts';
import { shortTitle } from './text/short-title.ts';

/** One line of plain text: the verdict of a whole pull request, and its reason. */
export function pullRequestTitle(inspection: Inspection, environments: readonly EnvironmentPreview[]): string {
  return shortTitle(titleWords(inspection, environments));
}

function titleWords(inspection: Inspection, environments: readonly EnvironmentPreview[]): string {
  const { outcome } = inspection;
  switch (outcome.kind) {
    case 'settings-unreadable':
      if (mendsSettings(inspection)) return mendingWords(inspection);
      return `the settings cannot be read: ${count(inspection.settingsProblems.length, 'problem')}`;
    case 'conflict':
      return `cannot be merged into ${inspection.baseRef}: ${conflictWords(outcome.files)}`;
    case 'fork-waits':
      return 'waits for /plan by somebody with write permission: it comes from a fork';
    case 'inspected':
      return inspectedWords(environments, inspection);
  }
}

function conflictWords(files: readonly string[]): string {
  return files.length === 1 ? `${files[0] ?? ''} conflicts` : `${count(files.length, 'file')} conflict`;
}

function mendingWords(inspection: Inspection): string {
  const denied = deniedProposals(inspection.settingsChanges);
  if (denied.length > 0) return deniedWords(denied);
  return removesSettings(inspection.settingsChanges)
    ? 'removes the settings, which cannot be read; nothing of it was planned'
    : 'makes the settings readable again; nothing else of it was planned';
}

function inspectedWords(environments: readonly EnvironmentPreview[], inspection: Inspection): string {
  const of = (conclusion: CheckConclusion | null): readonly EnvironmentPreview[] =>
    standingAfter(environments, inspection).filter(({ state }) => environmentConclusion(state) === conclusion);
  const [planning, failing, waiting] = [of(null), of('failure'), of('action_required')];
  if (planning.length > 0) return `predicting ${names(planning)}`;
  if (inspection.settingsProblems.length > 0) {
    return `the settings would be invalid${problemWords(inspection.settingsProblems)}`;
  }
  const denied = deniedProposals(inspection.settingsChanges);
  if (denied.length > 0) return deniedWords(denied);
  if (failing.length > 0) return failureWords(failing);
  if (waiting.length > 0)
    return `${names(waiting)} ${waiting.length === 1 ? 'waits' : 'wait'} for /confirm by a second person`;
  const unplanned = allowedAfter(environments, inspection);
  if (unplanned.length > 0) {
    return `${names(unplanned)} ${unplanned.length === 1 ? 'is' : 'are'} allowed once this is merged; nothing of ${unplanned.length === 1 ? 'it' : 'them'} was planned`;
  }
  return successWords(environments, inspection);
}

function failureWords(failing: readonly EnvironmentPreview[]): string {
  const [only] = failing;
  if (failing.length === 1 && only !== undefined) return `${only.environment.name} ${environmentTitle(only)}`;
  return `${names(failing)} cannot be deployed`;
}

function successWords(environments: readonly EnvironmentPreview[], inspection: Inspection): string {
  const standing = standingAfter(environments, inspection);
  const affected = standing.filter(({ state }) => state.kind !== 'unaffected' && state.kind !== 'removed');
  const { settingsChanges } = inspection;
  const settings = settingsChanges.length > 0 ? `${settingsWords(settingsChanges)}; ` : '';
  // What a title has no room for ends it: that nothing of it was planned is not that.
  const besides = [redirectionWords(settingsChanges), missingWords(settingsChanges)].flatMap((words) =>
    words === null ? [] : [`; ${words}`],
  );
  // What the pull request does in the settings is not planned yet: it is not known that no environment is affected.
  const released = settingsChanges.flatMap((change) =>
    change.kind === 'adds' && isReleasedByMerge(change.proposal, inspection.defaultBranch)
      ? [change.proposal.environment.name]
      : [],
  );
  const unplanned =
    proposalsOf(settingsChanges).length > 0
      ? `nothing of it is planned until it is merged${released.length === 0 ? '' : `, and the merge releases ${list(released, 3)}`}`
      : 'what was released stays: nothing is deleted';
  if (environments.length === 0) {
    return settings === ''
      ? `no environment follows ${inspection.baseRef}`
      : `${settings}${unplanned}${besides.join('')}`;
  }
  if (affected.length === 0 && settings !== '') return `${settings}${unplanned}${besides.join('')}`;
  if (affected.length === 0)
    return `no environment is affected: ${names(environments)} ${environments.length === 1 ? 'renders' : 'render'} the same`;
  const changing = affected.filter(
    ({ state }) => isPlanned(state) && state.plan.changes.some(({ action }) => action !== 'unchanged'),
  );
  if (changing.length === 0)
    return `${settings}merging this changes nothing: ${names(affected)} ${affected.length === 1 ? 'is' : 'are'} already so${besides.join('')}`;
  const undoing = changing.filter(({ state }) => isPlanned(state) && state.plan.changes.some(undoesDrift));
  const undone = undoing.length === 0 ? '' : `, and undoes changes made in the cluster (${names(undoing)})`;
  return `${settings}merging this changes ${changing.length} of ${count(environments.length, 'environment')}${undone}${besides.join('')}`;
}

function names(environments: readonly EnvironmentPreview[]): string {
  return list(
    environments.map(({ environment }) => environment.name),
    4,
  );
}
