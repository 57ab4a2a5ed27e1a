import type { Inspection } from '../domain/inspection.ts';
import { type EnvironmentPreview, type PullRequestPreview } from './preview.ts';
import { mendsSettings, proposalsOf, type SettingsTense, settingsSection } from './settings/settings-section.ts';
import { fitLines } from './text/fit.ts';
import { code, count, prose } from './text/markdown.ts';

/** What is true of the pull request as a whole, beside its environments; the same in the comment and the aggregate. */
export function overview(inspection: Inspection, preview: PullRequestPreview, tense: SettingsTense): string {
  // What kept it from being planned is over with its merge.
  const over = tense === 'merged' && inspection.outcome.kind !== 'inspected';
  const outcome = over ? '' : outcomeLines(inspection, preview.environments);
  const parts = [outcome, settingsSection(inspection, tense)];
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
      return `The settings on the default branch cannot be read, so nothing is planned and nothing is released until they can.${
        mendsSettings(inspection) ? ' This pull request mends them.' : ''
      }`;
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

function inspectedLines(inspection: Inspection, environments: readonly EnvironmentPreview[]): string {
  if (environments.length === 0) {
    if (proposalsOf(inspection.settingsChanges).length > 0) return '';
    return `The settings name no environment that follows ${code(inspection.baseRef)}, so merging this releases nothing.`;
  }
  if (environments.some(({ state }) => state.kind !== 'unaffected')) return '';
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
