import { checkSuiteBody } from '../bodies/check.ts';
import type { App } from '../state/accounts.ts';
import type { CheckSuite, Conclusion } from '../state/reports.ts';
import { conclusions } from '../state/reports.ts';
import type { Repository } from '../state/repositories.ts';
import { emit, installationsOn } from '../webhooks/emit.ts';
import { type Actor, timestamp, type World } from '../world.ts';
import type { RefChange } from './ref-change.ts';

/** After a push GitHub makes a suite for every app that may write checks, and asks it to run. */
export async function requestCheckSuites(
  world: World,
  repository: Repository,
  branch: string,
  change: RefChange,
  actor: Actor,
): Promise<void> {
  for (const installation of installationsOn(world, repository)) {
    if (installation.permissions['checks'] !== 'write') continue;
    const app = world.state.apps.must(installation.appId);
    const suite = suiteOf(world, repository, app, change.after, { branch, before: change.before });
    await emitSuite(world, suite, 'requested', actor);
  }
}

/** The suite of an app's check runs for a commit, made where there is none. */
export function suiteOf(
  world: World,
  repository: Repository,
  app: App,
  sha: string,
  from: { readonly branch: string | null; readonly before: string | null },
): CheckSuite {
  const { checkSuites, nextId } = world.state;
  const existing = checkSuites.find(
    (suite) => suite.repositoryId === repository.id && suite.appId === app.id && suite.headSha === sha,
  );
  if (existing !== undefined) return existing;
  const at = timestamp(world.now());
  return checkSuites.insert({
    id: nextId(),
    repositoryId: repository.id,
    appId: app.id,
    headSha: sha,
    headBranch: from.branch,
    before: from.before,
    status: 'queued',
    conclusion: null,
    createdAt: at,
    updatedAt: at,
  });
}

/** Computes a suite anew from the latest run of each name; says so when all have completed. */
export async function summarizeSuite(world: World, suiteId: number, actor: Actor): Promise<void> {
  const { checkSuites, checkRuns } = world.state;
  const before = checkSuites.must(suiteId);
  const latest = new Map(checkRuns.where((run) => run.suiteId === suiteId).map((run) => [run.name, run]));
  const runs = [...latest.values()];
  const completed = runs.every((run) => run.status === 'completed');
  const started = runs.some((run) => run.status !== 'queued');
  const suite = checkSuites.change(suiteId, {
    status: completed ? 'completed' : started ? 'in_progress' : 'queued',
    conclusion: completed ? worst(runs.map((run) => run.conclusion)) : null,
    updatedAt: timestamp(world.now()),
  });
  if (suite.status === 'completed' && before.status !== 'completed') await emitSuite(world, suite, 'completed', actor);
}

export async function emitSuite(world: World, suite: CheckSuite, action: string, actor: Actor): Promise<void> {
  emit(world, {
    event: 'check_suite',
    action,
    repository: world.state.repositories.must(suite.repositoryId),
    actor,
    payload: { check_suite: await checkSuiteBody(world, suite) },
    ...(action === 'completed' ? {} : { only: world.state.apps.must(suite.appId) }),
  });
}

// What a suite shows of many runs: the first of these that one of them has.
const order: readonly Conclusion[] = ['failure', 'timed_out', 'action_required', 'cancelled', 'stale', 'success'];

function worst(found: readonly (Conclusion | null)[]): Conclusion {
  const rest = conclusions.filter((conclusion) => !order.includes(conclusion));
  return [...order, ...rest].find((conclusion) => found.includes(conclusion)) ?? 'success';
}
