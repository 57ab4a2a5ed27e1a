import type { Environment } from '../../domain/environment.ts';
import type { Departure } from '../../domain/release.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { Git } from '../../ports/git.ts';
import { historyLimit } from '../repository/history-limit.ts';
import type { SettingsReading } from '../repository/read-settings.ts';
import { settingsAt } from '../repository/settings-at.ts';

/** An environment that a recent commit took away from its cluster. */
export interface Departed {
  /** As the settings had it before. */
  readonly environment: Environment;
  readonly departure: Departure;
  /** The settings do not name it any more; else it is in another cluster now. */
  readonly removed: boolean;
}

export type DepartureGit = Pick<Git, 'tree' | 'readFile' | 'history'>;

/**
 * What left its cluster in the latest commits of the default branch and is not back: the latest departure of each
 * environment. Told by Git alone, so that a lost webhook or a wiped Redis does not forget it.
 */
export async function departures(
  reading: Extract<SettingsReading, { readonly kind: 'read' | 'absent' }>,
  git: DepartureGit,
): Promise<readonly Departed[]> {
  const { repository } = reading.facts;
  const now = reading.kind === 'read' ? reading.settings.environments : [];
  const names = new Set(now.map(({ name }) => name));
  const here = new Set(now.map(inCluster));
  const found = new Map<string, Departed>();
  let later: { readonly commit: CommitId; readonly places: ReadonlySet<string> } | null = null;
  for (const commit of await git.history(repository, reading.commit, historyLimit)) {
    const there = await settingsAt(reading.facts, await git.tree(repository, commit), git);
    // Settings that could not be read do not say that anything is gone: the commit is passed over.
    if (there.kind === 'invalid') continue;
    const environments = there.kind === 'read' ? there.settings.environments : [];
    for (const environment of environments) {
      const { name, cluster } = environment;
      const isGone = later !== null && !later.places.has(inCluster(environment)) && !here.has(inCluster(environment));
      if (later === null || !isGone || found.has(name)) continue;
      found.set(name, { environment, departure: { cluster, commit: later.commit }, removed: !names.has(name) });
    }
    later = { commit, places: new Set(environments.map(inCluster)) };
  }
  return [...found.values()];
}

function inCluster({ name, cluster }: Environment): string {
  return `${name} ${cluster}`;
}
