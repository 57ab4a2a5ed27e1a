import { type Inspection, mendsSettings } from '../domain/inspection.ts';
import { deniedProposals, proposalsOf, removesSettings } from '../domain/settings-change.ts';
import { allowedAfter, type EnvironmentPreview, type PullRequestPreview } from './preview.ts';
import { type SettingsTense, settingsSection } from './settings/settings-section.ts';
import { fitLines } from './text/fit.ts';
import { code, count, list, prose } from './text/markdown.ts';

/** What is true of the pull request as a whole, beside its environments; the same in the comment and the aggregate. */
export function overview(inspection: Inspection, preview: PullRequestPreview, tense: SettingsTense): string {
  // What kept it from being planned is over with its merge.
  const over = tense === 'merged' && inspection.outcome.kind !== 'inspected';
  const outcome = over ? '' : outcomeLines(inspection, preview.environments);
  const parts = [outcome, settingsSection(inspection, { tense, docs: preview.docs })];
  // Where the settings are what somebody must mend or weigh, they come before what is not affected.
  return (inspection.outcome.kind === 'inspected' ? parts.toReversed() : parts)
    .filter((part) => part !== '')
    .join('\n\n');
}

/** `Merge of head abc into main at def` */
export function mergedWords({ head, base, baseRef }: Inspection): string {
  return `head \`${head.slice(0, 7)}\` merged into ${code(baseRef)} at \`${base.slice(0, 7)}\``;
}

function outcomeLines(inspection: Inspection, environments: readonly EnvironmentPreview[]): string {
  const { outcome } = inspection;
  switch (outcome.kind) {
    case 'settings-unreadable':
      return unreadableLines(inspection);
    case 'conflict':
      return [
        `The ${mergedWords(inspection)} conflicts, so there is no result to plan. Conflicting:`,
        fitLines(
          outcome.files,
          (file) => `* ${code(file)}`,
          4000,
          (rest) => `* and ${count(rest, 'more file')}`,
        ),
      ].join('\n\n');
    case 'fork-waits':
      return 'This pull request comes from a fork. Nothing of it is rendered or sent to a cluster before somebody with write permission has looked at it and commented `/plan`.';
    case 'inspected':
      return inspectedLines(inspection, environments);
  }
}

function unreadableLines(inspection: Inspection): string {
  const standing =
    'The settings on the default branch cannot be read, so nothing is planned, and nothing new is released until they can.';
  if (!mendsSettings(inspection)) return standing;
  if (removesSettings(inspection.settingsChanges)) {
    return `${standing} This pull request removes them. Nothing of it was planned, and that is why the check is neutral and not green.`;
  }
  const mends = `${standing} This pull request makes them readable again; **nothing else that it changes was planned.**`;
  if (deniedProposals(inspection.settingsChanges).length > 0) return mends;
  return [
    `${mends} That is why the check is neutral and not green.`,
    'To see a plan, merge this alone: whatever else it changes belongs in a pull request of its own. Once this is merged every open pull request is planned by itself, and none needs a rebase, for what is planned is the merge result; *Plan again* (or a comment `/plan`) there asks for it at once.',
    'Its merge releases each environment as Git then has it, which no plan has shown; what the settings want confirmed waits for a second person as ever.',
  ].join('\n\n');
}

function allowedLines(unplanned: readonly EnvironmentPreview[]): string {
  const names = list(
    unplanned.map(({ environment }) => `**${prose(environment.name)}**`),
    4,
  );
  return [
    `The operator does not allow ${names} as the settings are today, and does as this pull request makes them; **nothing of it was planned.** That is why the check is neutral and not green.`,
    'To see a plan, merge the settings alone: what else is to change there belongs in a pull request of its own, which is planned then. The merge releases what Git then has, which no plan has shown; what the settings want confirmed waits for a second person as ever.',
  ].join('\n\n');
}

function inspectedLines(inspection: Inspection, environments: readonly EnvironmentPreview[]): string {
  if (environments.length === 0) {
    if (proposalsOf(inspection.settingsChanges).length > 0) return '';
    return `No environment follows ${code(inspection.baseRef)}, so merging this releases nothing.`;
  }
  const unplanned = allowedAfter(environments, inspection);
  if (unplanned.length > 0) return allowedLines(unplanned);
  // Of what it changes in the settings the title and the section tell.
  if (inspection.settingsChanges.length > 0 || environments.some(({ state }) => state.kind !== 'unaffected')) return '';
  return [
    `Compared by rendering the base and the merge result (${mergedWords(inspection)}); both give the same manifests:`,
    fitLines(
      environments,
      ({ environment }) =>
        `* **${prose(environment.name)}**: ${code(environment.path === '' ? '.' : environment.path)}`,
      8000,
      (rest) => `* and ${count(rest, 'more environment')}`,
    ),
  ].join('\n\n');
}
