import type { Settings } from '../../domain/environment.ts';
import type { Problem } from '../../domain/rendering.ts';
import type { CommitId, Repository, RepositoryFacts } from '../../domain/repository.ts';
import { parseSettings } from '../../plan/settings/parse-settings.ts';
import type { Repositories } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';

export const settingsFile = '.github/fairlead.yml';

/** The settings that count: those at the tip of the default branch, whatever a pull request says. */
export type SettingsReading =
  | {
      readonly kind: 'read';
      readonly facts: RepositoryFacts;
      readonly commit: CommitId;
      readonly text: string;
      readonly settings: Settings;
    }
  /** A repository without settings is left alone. */
  | { readonly kind: 'absent'; readonly facts: RepositoryFacts; readonly commit: CommitId }
  | {
      readonly kind: 'invalid';
      readonly facts: RepositoryFacts;
      readonly commit: CommitId;
      readonly problems: readonly Problem[];
    }
  /** The App is not installed there any more, or the repository has no commit yet. */
  | { readonly kind: 'gone' };

export interface SettingsPorts {
  readonly forge: Pick<Repositories, 'facts'>;
  readonly git: Pick<Git, 'tip' | 'tree' | 'readFile'>;
}

/** Fetches the default branch's tip and reads the settings there. `gone` and `absent` are answers, not failures. */
export async function readSettings(repository: Repository, ports: SettingsPorts): Promise<SettingsReading> {
  const facts = await ports.forge.facts(repository);
  if (facts === null) return { kind: 'gone' };
  const commit = await ports.git.tip(repository, facts.defaultBranch);
  if (commit === null) return { kind: 'gone' };
  const text = await ports.git.readFile(repository, await ports.git.tree(repository, commit), settingsFile);
  if (text === null) return { kind: 'absent', facts, commit };
  const parsed = parseSettings(text, settingsFile, facts.defaultBranch);
  return parsed.kind === 'settings'
    ? { kind: 'read', facts, commit, text, settings: parsed.settings }
    : { kind: 'invalid', facts, commit, problems: parsed.problems };
}
