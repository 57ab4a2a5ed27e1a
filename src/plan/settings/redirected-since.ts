import type { Environment } from '../../domain/environment.ts';
import { isRedirection, type SettingDifference } from '../../domain/settings-change.ts';
import type { ReleasedSettings } from './released-settings.ts';

/**
 * How an environment was redirected since these releases, in words: to another path, namespace or branch, or to prune
 * what stayed until now; null: it was not. What then goes was nobody's wish to delete: no pull request's plan has shown
 * it. Also where nobody changed the settings: without `follow` it follows what is the default branch today. Releases that
 * do not tell (another version wrote it) count as not redirected.
 */
export function redirectedSince(
  released: readonly ReleasedSettings[],
  environment: Pick<Environment, 'path' | 'namespace' | 'follow' | 'prune'>,
): string | null {
  const { follow, prune } = environment;
  return inWords([
    ...placeChanges(released, environment),
    ...changes('follow', follow.branch, released, (settings) => settings.follow),
    ...changes('prune', String(prune), released, (settings) => settings.prune),
  ]);
}

/** As `redirectedSince`, of where its manifests and its objects are alone. */
export function placeChangedSince(
  released: readonly ReleasedSettings[],
  environment: Pick<Environment, 'path' | 'namespace'>,
): string | null {
  return inWords(placeChanges(released, environment));
}

function placeChanges(
  released: readonly ReleasedSettings[],
  { path, namespace }: Pick<Environment, 'path' | 'namespace'>,
): readonly SettingDifference[] {
  return [
    ...changes('path', path, released, (settings) => settings.path),
    ...changes('namespace', namespace, released, (settings) => settings.namespace),
  ];
}

/** The first, if any, of the releases' values that is another one now. */
function changes(
  setting: string,
  after: string,
  released: readonly ReleasedSettings[],
  beforeOf: (settings: ReleasedSettings) => string | null,
): readonly SettingDifference[] {
  const known = released.map(beforeOf).filter((before) => before !== null);
  return known
    .map((before) => ({ setting, before, after }))
    .filter(isRedirection)
    .slice(0, 1);
}

function inWords(redirections: readonly SettingDifference[]): string | null {
  return redirections.length === 0 ? null : redirections.map(words).join(' and ');
}

function words({ setting, before, after }: SettingDifference): string {
  if (setting === 'prune') return 'pruning was switched on';
  if (setting === 'follow') return `it follows ${after}, not ${before}`;
  return `its ${setting} changed from ${before || '.'} to ${after || '.'}`;
}
