import type { Settings } from '../../domain/environment.ts';
import type { Problem } from '../../domain/rendering.ts';
import type { CommitId, Repository, RepositoryFacts } from '../../domain/repository.ts';
import type { PlacedEnvironment } from '../../domain/settings-change.ts';
import type { Repositories } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';
import { settingsAt } from './settings-at.ts';

/** The settings that count: those at the tip of the default branch, whatever a pull request says. */
export type SettingsReading =
  | {
      readonly kind: 'read';
      readonly facts: RepositoryFacts;
      readonly commit: CommitId;
      readonly text: string;
      readonly settings: Settings;
      /** The same environments, each with its place in the file. */
      readonly placed: readonly PlacedEnvironment[];
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
  return { ...(await settingsAt(facts, await ports.git.tree(repository, commit), ports.git)), facts, commit };
}
