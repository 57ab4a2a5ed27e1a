import type { Environment } from '../domain/environment.ts';
import type { Desired } from '../domain/release.ts';
import type { CommitId } from '../domain/repository.ts';
import type { JobContext } from '../ports/handler.ts';
import { departures } from './departures.ts';
import { type DesirePorts, desireEnvironment, type Wish, type WishOutcome } from './desire-environment.ts';
import { historyLimit } from './history-limit.ts';

export interface Wishes extends Pick<Wish, 'reading' | 'before' | 'asked'> {
  readonly environments: readonly Environment[];
}

/**
 * Brings environments to the tips of the branches that they follow: writes what each should be, says so on the commit,
 * and asks for the release. Everything is derived from Git and the forge each time, so that running twice, late or after
 * a wiped Redis ends the same. Says what became of each.
 */
export async function desireEnvironments(
  wishes: Wishes,
  ports: DesirePorts,
  context: JobContext,
): Promise<readonly Fulfilment[]> {
  const { repository } = wishes.reading.facts;
  context.signal.throwIfAborted();
  // Read before the tips: a push and a `/sync` may run at once, and what the other one writes after this read was made
  // for the same tip or a newer one. It is not written over: see `overtaken`.
  const standing = new Map<string, Desired | null>();
  for (const { name } of wishes.environments) standing.set(name, await ports.records.desired(repository, name));
  const tips = new Map<string, CommitId | null>();
  for (const branch of new Set(wishes.environments.map(({ follow }) => follow.branch))) {
    tips.set(branch, await tipOf(branch, wishes, [...standing.values()], ports));
  }
  const moves = (await departures(wishes.reading, ports.git)).filter(({ removed }) => !removed);
  const again: Environment[] = [];
  const failures: unknown[] = [];
  const done: Fulfilment[] = [];
  for (const environment of wishes.environments) {
    const commit = tips.get(environment.follow.branch) ?? null;
    if (commit === null) {
      done.push({ environment, outcome: { kind: 'no-branch' } });
      continue;
    }
    const moved = moves.find((departure) => departure.environment.name === environment.name) ?? null;
    const wish = { ...wishes, environment, commit, moved, previous: standing.get(environment.name) ?? null };
    try {
      const outcome = await desireEnvironment(wish, ports, context);
      if (outcome === 'overtaken') again.push(environment);
      else if (outcome !== 'left-alone') done.push({ environment, outcome });
    } catch (error) {
      // One environment that cannot be brought there keeps none of the others waiting.
      context.signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (again.length > 0) done.push(...(await desireEnvironments({ ...wishes, environments: again }, ports, context)));
  if (failures.length > 0) throw failures[0];
  return done;
}

/** What became of a wish. */
export interface Fulfilment {
  readonly environment: Environment;
  readonly outcome: WishOutcome;
}

/**
 * The tip of a branch; null: there is no such branch. Of the default branch it is the commit that the settings were read
 * at: asking again is a round trip to GitHub, and needed only where a commit is desired already that is not in its history.
 */
async function tipOf(
  branch: string,
  { reading }: Wishes,
  standing: readonly (Desired | null)[],
  { git }: DesirePorts,
): Promise<CommitId | null> {
  const { facts, commit } = reading;
  if (branch !== facts.defaultBranch) return git.tip(facts.repository, branch);
  const history = await git.history(facts.repository, commit, historyLimit);
  const isNewest = standing.every((desired) => desired === null || history.includes(desired.commit));
  return isNewest ? commit : git.tip(facts.repository, branch);
}
