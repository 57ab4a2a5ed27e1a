import type { Settings } from '../../domain/environment.ts';
import type { Repository } from '../../domain/repository.ts';
import type { Git } from '../../ports/git.ts';
import type { Records } from '../../ports/records.ts';
import { settingsAt } from '../repository/settings-at.ts';

export interface ReleaseSettingsPorts {
  readonly git: Pick<Git, 'fetchCommit' | 'tree' | 'readFile'>;
  readonly records: Pick<Records, 'desired'>;
}

/**
 * The settings that an environment is released with: at its commit, which is here already, where each verdict would ask
 * GitHub for them again. Whoever pushed other settings since has had every gate decided with them. null: the commit is not
 * of the default branch, or they cannot be read there.
 */
export async function settingsOfRelease(
  repository: Repository,
  environment: string,
  { git, records }: ReleaseSettingsPorts,
): Promise<Settings | null> {
  const desired = await records.desired(repository, environment);
  if (desired?.kind !== 'wanted' || desired.environment.follow.branch !== desired.defaultBranch) return null;
  const commit = await git.fetchCommit(repository, desired.commit);
  if (commit === null) return null;
  const there = await settingsAt(desired, await git.tree(repository, commit), git);
  return there.kind === 'read' ? there.settings : null;
}
