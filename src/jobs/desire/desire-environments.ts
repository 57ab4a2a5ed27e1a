import type { WishOutcome } from '../../domain/command-reply.ts';
import type { Environment } from '../../domain/environment.ts';
import type { Desired } from '../../domain/release.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { JobContext } from '../../ports/handler.ts';
import { oneByOne } from '../many/one-by-one.ts';
import { kept, readingOnce } from '../many/reading-once.ts';
import { historyLimit } from '../repository/history-limit.ts';
import { readSettings } from '../repository/read-settings.ts';
import { departures } from './departures.ts';
import { desireEnvironment } from './desire-environment.ts';
import type { DesirePorts, Wish } from './wish.ts';

export interface Wishes extends Pick<Wish, 'reading' | 'before' | 'asked'> {
  readonly environments: readonly Environment[];
}

/**
 * Brings environments to the tips of the branches that they follow: writes what each should be, says so on the commit,
 * and asks for the release. Everything is derived from Git and the forge each time, so that running twice, late or after
 * a wiped Redis ends the same. Says what became of each.
 */
export async function desireEnvironments(
  wished: Wishes,
  ports: DesirePorts,
  context: JobContext,
): Promise<readonly Fulfilment[]> {
  const { repository } = wished.reading.facts;
  context.signal.throwIfAborted();
  // Read before the tips: a push and a `/sync` may run at once, and what the other one writes after this read was made
  // for the same tip or a newer one. It is not written over: see `overtaken`.
  const previous = new Map<string, Desired | null>();
  for (const { name } of wished.environments) previous.set(name, await ports.records.desired(repository, name));
  const wishes = await withNewestSettings(wished, [...previous.values()], ports);
  if (wishes === null) return [];
  const { facts, commit: defaultTip } = wishes.reading;
  const tips = new Map<string, CommitId | null>([[facts.defaultBranch, defaultTip]]);
  for (const branch of new Set(wishes.environments.map(({ follow }) => follow.branch))) {
    if (branch !== facts.defaultBranch) tips.set(branch, await ports.git.tip(repository, branch));
  }
  const moves = (await departures(wishes.reading, ports.git)).filter(({ removed }) => !removed);
  const again: Environment[] = [];
  const done: Fulfilment[] = [];
  const forge = {
    ...readingOnce(ports.forge),
    checkRuns: kept((of, commit: CommitId) => ports.forge.checkRuns(of, commit)).read,
  };
  const sharing = { ...ports, forge, afresh: ports.forge };
  const each = wishes.environments.map((environment) => async () => {
    const commit = tips.get(environment.follow.branch) ?? null;
    if (commit === null) {
      done.push({ environment, outcome: { kind: 'no-branch' } });
      return;
    }
    const departed = moves.find((one) => one.environment.name === environment.name);
    const departure = departed?.departure ?? null;
    const wish = { ...wishes, environment, commit, departure, previous: previous.get(environment.name) ?? null };
    const outcome = await desireEnvironment(wish, sharing, context);
    if (outcome === 'overtaken') again.push(environment);
    else if (outcome !== 'left-alone') done.push({ environment, outcome });
  });
  const overtaken = async (): Promise<void> => {
    const anew = again.length === 0 ? null : await readAnew({ ...wishes, environments: again }, ports);
    if (anew !== null) done.push(...(await desireEnvironments(anew, ports, context)));
  };
  await oneByOne([...each, overtaken], context.signal);
  return done;
}

/** What became of a wish. */
export interface Fulfilment {
  readonly environment: Environment;
  readonly outcome: WishOutcome;
}

/**
 * The settings were read before what stands was. Where a commit is desired already that is not in their history, they are
 * read anew: a newer tip must not be released with older settings. null: there are none now, and whoever changed that
 * sees to it.
 */
async function withNewestSettings(
  wishes: Wishes,
  previous: readonly (Desired | null)[],
  ports: DesirePorts,
): Promise<Wishes | null> {
  const { facts, commit } = wishes.reading;
  const history = await ports.git.history(facts.repository, commit, historyLimit);
  const followsDefault = new Set(
    wishes.environments.filter(({ follow }) => follow.branch === facts.defaultBranch).map(({ name }) => name),
  );
  const isNewest = previous.every(
    (desired) => desired === null || !followsDefault.has(desired.environment.name) || history.includes(desired.commit),
  );
  return isNewest ? wishes : await readAnew(wishes, ports);
}

/** The same environments as the settings have them now. */
async function readAnew(wishes: Wishes, ports: DesirePorts): Promise<Wishes | null> {
  const reading = await readSettings(wishes.reading.facts.repository, ports);
  if (reading.kind !== 'read') return null;
  const names = new Set(wishes.environments.map(({ name }) => name));
  return { ...wishes, reading, environments: reading.settings.environments.filter(({ name }) => names.has(name)) };
}
