import type { Environment } from '../domain/environment.ts';
import { isJsonObject, type Json, parseJson } from '../domain/json.ts';
import type { Released } from '../domain/ledger.ts';

/**
 * How the settings moved an environment since its last release, in words; null: they did not. What it then no longer
 * holds was nobody's wish to delete: no pull request's plan has shown it.
 */
export function movedSince(
  released: Pick<Released, 'settings'> | null,
  environment: Pick<Environment, 'path' | 'namespace'>,
): string | null {
  const before = released === null ? null : settingsOf(released.settings);
  if (!isJsonObject(before)) return null;
  const moves = (['path', 'namespace'] as const).flatMap((setting) => {
    const [from, to] = [before[setting], environment[setting]];
    return typeof from !== 'string' || from === to ? [] : [`its ${setting} moved from ${from || '.'} to ${to || '.'}`];
  });
  return moves.length === 0 ? null : moves.join(' and ');
}

// Another version may have written it otherwise: then nothing can be said.
function settingsOf(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
