import type { Settings } from '../../domain/environment.ts';
import type { Repository } from '../../domain/repository.ts';
import type { Git } from '../../ports/git.ts';
import type { Records } from '../../ports/records.ts';
import { readSettings, type SettingsPorts } from '../repository/read-settings.ts';
import { settingsAt } from '../repository/settings-at.ts';

export interface ReleaseSettingsPorts extends SettingsPorts {
  readonly git: SettingsPorts['git'] & Pick<Git, 'fetchCommit'>;
  readonly records: Pick<Records, 'desired'>;
}

/**
 * The settings that an environment is released with: of the default branch those at the commit, which is here already,
 * for each verdict would ask GitHub for them again. Who pushed other settings since has every gate decided with them. null:
 * they cannot be read.
 */
export async function settingsOfRelease(
  repository: Repository,
  environment: string,
  ports: ReleaseSettingsPorts,
): Promise<Settings | null> {
  const { git } = ports;
  const desired = await ports.records.desired(repository, environment);
  if (desired?.kind === 'wanted' && desired.environment.follow.branch === desired.defaultBranch) {
    const commit = await git.fetchCommit(repository, desired.commit);
    if (commit !== null) {
      const there = await settingsAt(desired, await git.tree(repository, commit), git);
      return there.kind === 'read' ? there.settings : null;
    }
  }
  const reading = await readSettings(repository, ports);
  return reading.kind === 'read' ? reading.settings : null;
}
