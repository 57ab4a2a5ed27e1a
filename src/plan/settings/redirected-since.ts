import type { Environment } from '../../domain/environment.ts';
import type { ReleasedSettings } from './released-settings.ts';

/**
 * How the settings redirected an environment since these releases, to another path or another namespace, in words; null:
 * they did not. What it then no longer holds was nobody's wish to delete: no pull request's plan has shown it.
 */
export function redirectedSince(
  released: readonly ReleasedSettings[],
  environment: Pick<Environment, 'path' | 'namespace'>,
): string | null {
  const changes = (['path', 'namespace'] as const).flatMap((setting) => {
    const to = environment[setting];
    const from = released.map((settings) => settings[setting]).find((place) => place !== null && place !== to);
    return from === undefined || from === null ? [] : [`its ${setting} changed from ${from || '.'} to ${to || '.'}`];
  });
  return changes.length === 0 ? null : changes.join(' and ');
}
