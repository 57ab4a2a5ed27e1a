import { isRedirection, missingFiles, type SettingsChange } from '../../domain/settings-change.ts';
import { list } from '../text/markdown.ts';
import type { SettingsTense } from './settings-section.ts';

/** `deletions of staging will wait for /confirm: prune is switched on`; null: nothing of it deletes more than Git drops. */
export function redirectionWords(changes: readonly SettingsChange[]): string | null {
  const found = changes.flatMap((change) => {
    const why = whyDeletionsWait(change, 'proposed');
    return why === null || change.kind !== 'changes' ? [] : [{ name: change.proposal.environment.name, why }];
  });
  if (found.length === 0) return null;
  const reasons = [...new Set(found.map(({ why }) => why))];
  return `deletions of ${list(
    found.map(({ name }) => name),
    3,
  )} will wait for /confirm: ${list(reasons, 3)}`;
}

/** What a reader of the difference alone does not know: whom it waits for, and where that is said. */
export function redirectionSentence(
  change: SettingsChange,
  tense: SettingsTense,
  defaultBranch: string,
): readonly string[] {
  const why = whyDeletionsWait(change, tense);
  if (why === null || change.kind !== 'changes') return [];
  const { name, follow } = change.proposal.environment;
  const wait = tense === 'proposed' ? 'will wait' : 'wait';
  const where =
    follow.branch === defaultBranch
      ? ''
      : ` on the pull request that brought the last commit of ${follow.branch} (one that was pushed without: on the next one into ${follow.branch})`;
  return [`deletions of ${name} that come of it ${wait} for /confirm by a second person${where}: ${why}`];
}

/** null: nothing waits for the sake of the settings, or nothing is deleted at all. */
function whyDeletionsWait(change: SettingsChange, tense: SettingsTense): string | null {
  if (change.kind !== 'changes') return null;
  const { environment, allowance } = change.proposal;
  if (!environment.prune || environment.mode === 'observe' || allowance.kind === 'denied') return null;
  if (missingFiles(change.proposal).length > 0) return null;
  // In another cluster nothing is released yet.
  if (change.differences.some(({ setting }) => setting === 'cluster')) return null;
  const [isOn, changes] = tense === 'proposed' ? ['is switched on', 'changes'] : ['was switched on', 'changed'];
  const reasons = change.differences
    .filter(isRedirection)
    // What it leaves behind in a namespace stays there, which is said beside.
    .filter(({ setting }) => setting !== 'namespace')
    .map(({ setting }) => `${setting} ${setting === 'prune' ? isOn : changes}`);
  return reasons.length === 0 ? null : list(reasons);
}
