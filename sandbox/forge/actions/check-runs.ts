import { appBody } from '../bodies/app.ts';
import { sentCheckRunBody } from '../bodies/check.ts';
import type { Body } from '../http/answer.ts';
import { refuse } from '../http/refusal.ts';
import type { App } from '../state/accounts.ts';
import type { Annotation, CheckAction, CheckRun, CheckStatus, Conclusion } from '../state/reports.ts';
import type { Repository } from '../state/repositories.ts';
import { emit } from '../webhooks/emit.ts';
import { type Actor, timestamp, type World } from '../world.ts';
import { emitSuite, suiteOf, summarizeSuite } from './check-suites.ts';

/** A check run's fields as a request gives them; what is undefined was not given. */
export interface CheckRunInput {
  readonly name?: string | undefined;
  readonly externalId?: string | undefined;
  readonly detailsUrl?: string | undefined;
  readonly status?: CheckStatus | undefined;
  readonly conclusion?: Conclusion | undefined;
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
  readonly output?: CheckRun['output'] | undefined;
  readonly annotations: readonly Annotation[];
  readonly actions?: readonly CheckAction[] | undefined;
}

/** GitHub keeps so many runs of one name in a suite and deletes the oldest. https://docs.github.com/rest/checks/runs#create-a-check-run */
const maxRunsOfName = 1_000;

export async function createCheckRun(
  world: World,
  repository: Repository,
  app: App,
  sha: string,
  input: CheckRunInput & { readonly name: string },
): Promise<CheckRun> {
  const { checkRuns, nextId } = world.state;
  const suite = suiteOf(world, repository, app, sha, { branch: null, before: null });
  const blank: CheckRun = {
    id: nextId(),
    suiteId: suite.id,
    repositoryId: repository.id,
    appId: app.id,
    name: input.name,
    headSha: sha,
    externalId: '',
    detailsUrl: String(appBody(world, app)['external_url']),
    status: 'queued',
    conclusion: null,
    startedAt: timestamp(world.now()),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  };
  const run = checkRuns.insert(applied(world, blank, input));
  const same = checkRuns.where((row) => row.suiteId === suite.id && row.name === run.name);
  for (const old of same.slice(0, Math.max(0, same.length - maxRunsOfName))) checkRuns.delete(old.id);
  emitRun(world, run, 'created', botOf(world, app));
  await afterChange(world, run, null);
  return run;
}

/** Output is replaced, annotations are added: "Each time you update the check run, annotations are appended". */
export async function updateCheckRun(world: World, run: CheckRun, input: CheckRunInput): Promise<CheckRun> {
  const changed = world.state.checkRuns.change(run.id, applied(world, run, input));
  await afterChange(world, changed, run);
  return changed;
}

/** A person (or the app itself) asks for the check to run again: the run stays as it is, its suite starts anew. */
export async function rerequestCheckRun(world: World, run: CheckRun, actor: Actor): Promise<void> {
  if (run.status !== 'completed') throw refuse(422, 'This check run is not rerequestable');
  world.state.checkSuites.change(run.suiteId, {
    status: 'queued',
    conclusion: null,
    updatedAt: timestamp(world.now()),
  });
  emitRun(world, run, 'rerequested', actor);
}

/** All runs of a suite again. */
export async function rerequestCheckSuite(world: World, suiteId: number, actor: Actor): Promise<void> {
  const suite = world.state.checkSuites.change(suiteId, { status: 'queued', conclusion: null });
  await emitSuite(world, suite, 'rerequested', actor);
}

/** A person presses a button. GitHub shows buttons once the run has completed. */
export function requestAction(world: World, run: CheckRun, identifier: string, actor: Actor): void {
  const action = run.actions.find((candidate) => candidate.identifier === identifier);
  if (run.status !== 'completed') throw refuse(422, `check run ${run.id} has not completed, so it shows no buttons`);
  if (action === undefined) throw refuse(422, `check run ${run.id} has no button ${identifier}`);
  emitRun(world, run, 'requested_action', actor, { requested_action: { identifier } });
}

function applied(world: World, run: CheckRun, input: CheckRunInput): CheckRun {
  // "Providing conclusion will automatically set the status parameter to completed."
  const status = input.conclusion === undefined ? (input.status ?? run.status) : 'completed';
  const completed = status === 'completed';
  return {
    ...run,
    name: input.name ?? run.name,
    externalId: input.externalId ?? run.externalId,
    detailsUrl: input.detailsUrl ?? run.detailsUrl,
    status,
    conclusion: completed ? (input.conclusion ?? run.conclusion) : null,
    startedAt: input.startedAt ?? run.startedAt,
    completedAt: completed ? (input.completedAt ?? run.completedAt ?? timestamp(world.now())) : null,
    output: input.output ?? run.output,
    annotations: [...run.annotations, ...input.annotations],
    actions: input.actions ?? run.actions,
  };
}

async function afterChange(world: World, run: CheckRun, before: CheckRun | null): Promise<void> {
  const actor = botOf(world, world.state.apps.must(run.appId));
  if (run.status === 'completed' && before?.status !== 'completed') emitRun(world, run, 'completed', actor);
  await summarizeSuite(world, run.suiteId, actor);
}

function emitRun(world: World, run: CheckRun, action: string, actor: Actor, more: Body = {}): void {
  const toOwner = action === 'rerequested' || action === 'requested_action';
  emit(world, {
    event: 'check_run',
    action,
    repository: world.state.repositories.must(run.repositoryId),
    actor,
    payload: { check_run: sentCheckRunBody(world, run), ...more },
    ...(toOwner ? { only: world.state.apps.must(run.appId) } : {}),
  });
}

function botOf(world: World, app: App): Actor {
  return { account: world.state.accounts.must(app.botId), app };
}
