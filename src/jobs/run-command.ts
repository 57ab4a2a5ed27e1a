import { type Command, type ParsedCommand, parseCommands } from '../domain/command.ts';
import type { Environment } from '../domain/environment.ts';
import type { JobOf } from '../domain/job.ts';
import { confirmationMarker, forkMarker, replyMarker } from '../domain/marker.ts';
import { type CommitId, mayWrite, type PullRequest } from '../domain/repository.ts';
import type { Comment, JobContext } from '../ports.ts';
import { type CommandReply, presentReply } from '../present/reply.ts';
import { aggregateName } from '../present/seen-head.ts';
import { desireEnvironment } from './desire-environment.ts';
import type { FanOutPorts } from './fan-out-push.ts';
import { readSettings } from './read-settings.ts';

/**
 * Does what a comment on a pull request asks for, and answers each command once: a reaction where it was done, a reply
 * with the reason where it was refused or where the answer must outlive Redis (a confirmation, a fork's plan).
 */
export async function runCommand(job: JobOf<'run-command'>, ports: FanOutPorts, context: JobContext): Promise<void> {
  const { repository, number } = job;
  const comment = await ports.forge.comment(repository, job.comment);
  // A bot's words and an edited comment authorize nothing: what was agreed to may have been something else.
  if (comment === null || comment.bot || comment.own || comment.updatedAt !== comment.createdAt) return;
  const commands = parseCommands(comment.body);
  if (commands.length === 0) return;
  const reading = await readSettings(repository, ports);
  if (reading.kind === 'gone' || reading.kind === 'absent') return;
  const pull = await ports.forge.pullRequest(repository, number);
  if (pull === null) return;

  const asker: Asker = { pull, comment, job };
  const permission = await ports.forge.permission(repository, comment.author);
  const answers: Answer[] = [];
  for (const parsed of commands) {
    answers.push(
      mayWrite(permission)
        ? await answer(parsed, asker, ports, context)
        : { done: false, reply: { kind: 'not-permitted', command: nameOf(parsed), permission }, marker: null },
    );
  }
  await publish(answers, asker, ports);
  context.log.info('commands answered', { by: comment.author, done: answers.filter(({ done }) => done).length });
}

interface Asker {
  readonly pull: PullRequest;
  readonly comment: Comment;
  readonly job: JobOf<'run-command'>;
}

interface Answer {
  readonly done: boolean;
  /** null: a reaction says it all. */
  readonly reply: CommandReply | null;
  /** What must be found again on the forge later: see `domain/marker.ts`. */
  readonly marker: string | null;
}

function nameOf(parsed: ParsedCommand): string {
  return parsed.kind === 'command' ? parsed.command.kind : parsed.name;
}

async function answer(parsed: ParsedCommand, asker: Asker, ports: FanOutPorts, context: JobContext): Promise<Answer> {
  switch (parsed.kind) {
    case 'misused':
      return refused({ kind: 'misused', command: parsed.name, usage: parsed.usage });
    case 'unavailable':
      return refused({ kind: 'unavailable', command: parsed.name });
    case 'command':
      return obey(parsed.command, asker, ports, context);
  }
}

async function obey(command: Command, asker: Asker, ports: FanOutPorts, context: JobContext): Promise<Answer> {
  switch (command.kind) {
    case 'plan':
      return plan(asker, ports);
    case 'confirm':
      return confirm(command.digest, asker, ports, context);
    case 'sync':
      return sync(command.environment, asker, ports, context);
  }
}

function refused(reply: CommandReply): Answer {
  return { done: false, reply, marker: null };
}

async function plan({ pull, comment }: Asker, ports: FanOutPorts): Promise<Answer> {
  const { repository, number } = pull;
  if (pull.state !== 'open') return refused({ kind: 'not-open', command: 'plan' });
  const head = pull.head.commit;
  if (pull.head.fork && !(await wasPublishedBefore(pull, head, comment, ports))) {
    return refused({ kind: 'head-moved', head });
  }
  await ports.queue.ask({ kind: 'inspect-pull-request', repository, number });
  return pull.head.fork
    ? { done: true, reply: { kind: 'fork-planned', head }, marker: forkMarker(head) }
    : { done: true, reply: null, marker: null };
}

/** A comment carries no head: it authorizes the one whose check run had been published before it was written. */
async function wasPublishedBefore(
  pull: PullRequest,
  head: CommitId,
  comment: Comment,
  ports: FanOutPorts,
): Promise<boolean> {
  const runs = await ports.forge.checkRuns(pull.repository, head);
  const aggregate = runs.find((run) => run.name === aggregateName);
  const publishedAt = aggregate?.completedAt ?? null;
  return publishedAt !== null && Date.parse(publishedAt) <= Date.parse(comment.createdAt);
}

/** A plan that waits for a second person, with when its digest was shown. */
export interface Waiting {
  readonly environment: string;
  readonly digest: string;
  /** ISO 8601; null: not shown yet. */
  readonly publishedAt: string | null;
}

async function confirm(digest: string | null, asker: Asker, ports: FanOutPorts, context: JobContext): Promise<Answer> {
  const { pull, comment } = asker;
  const waiting = await waitingForConfirmation(pull, ports);
  if (waiting.length === 0) return refused({ kind: 'nothing-to-confirm' });
  if (comment.author === pull.author) return refused({ kind: 'not-second-person', author: pull.author });
  const named = digest === null ? waiting : waiting.filter((candidate) => candidate.digest.startsWith(digest));
  const agreed = named.filter(
    ({ publishedAt }) =>
      digest !== null || (publishedAt !== null && Date.parse(publishedAt) <= Date.parse(comment.createdAt)),
  );
  if (agreed.length === 0) return refused({ kind: 'plan-changed', waiting });

  const markers = agreed.map((plan) => confirmationMarker({ digest: plan.digest, by: comment.author }));
  const reply: CommandReply = { kind: 'confirmed', by: comment.author, plans: agreed };
  // Published before anything is asked for: the next job reads the confirmation from the forge.
  await publish([{ done: true, reply, marker: markers.join('') }], asker, ports);
  await afterConfirmation(pull, agreed, ports, context);
  return { done: true, reply, marker: markers.join('') };
}

/** What of a pull request waits for a second person: its plans, or once it is merged its releases. */
export async function waitingForConfirmation(pull: PullRequest, ports: FanOutPorts): Promise<readonly Waiting[]> {
  return pull.state === 'merged' ? await waitingReleases(pull, ports) : await waitingPlans(pull, ports);
}

async function waitingPlans(pull: PullRequest, ports: FanOutPorts): Promise<readonly Waiting[]> {
  const inspection = await ports.records.inspection(pull.repository, pull.number);
  if (inspection === null || inspection.outcome.kind !== 'inspected') return [];
  const runs = await ports.forge.checkRuns(pull.repository, inspection.head);
  const waiting: Waiting[] = [];
  for (const { environment } of inspection.outcome.environments) {
    const record = await ports.records.plan(pull.repository, pull.number, environment.name);
    if (record?.head !== pull.head.commit || record.outcome.kind !== 'planned') continue;
    const { digest, confirm } = record.outcome.plan;
    if (confirm.length === 0) continue;
    const run = runs.find((candidate) => candidate.externalId.endsWith(`:${digest}`));
    waiting.push({ environment: environment.name, digest, publishedAt: run?.completedAt ?? null });
  }
  return waiting;
}

async function waitingReleases(pull: PullRequest, ports: FanOutPorts): Promise<readonly Waiting[]> {
  const followers = await environmentsFollowing(pull, ports);
  const waiting: Waiting[] = [];
  for (const { name } of followers) {
    const report = await ports.records.report(pull.repository, name);
    if (report?.state.kind !== 'waiting' || report.state.confirm === null) continue;
    waiting.push({ environment: name, digest: report.state.confirm, publishedAt: report.at });
  }
  return waiting;
}

async function environmentsFollowing(pull: PullRequest, ports: FanOutPorts): Promise<readonly Environment[]> {
  const reading = await readSettings(pull.repository, ports);
  if (reading.kind !== 'read') return [];
  return reading.settings.environments.filter(({ follow }) => follow.branch === pull.base.ref);
}

/** Shows the confirmation, and releases what waited for it. */
export async function afterConfirmation(
  pull: PullRequest,
  agreed: readonly Waiting[],
  ports: FanOutPorts,
  context: JobContext,
): Promise<void> {
  const { repository, number } = pull;
  await ports.queue.ask({ kind: 'present-pull-request', repository, number });
  if (pull.state !== 'merged') return;
  context.log.info('release confirmed', { environments: agreed.map(({ environment }) => environment) });
  await ports.queue.ask({ kind: 'fan-out-push', repository, branch: pull.base.ref, asked: 'sweep', before: null });
}

async function sync(name: string | null, asker: Asker, ports: FanOutPorts, context: JobContext): Promise<Answer> {
  const { repository } = asker.pull;
  const reading = await readSettings(repository, ports);
  if (reading.kind !== 'read') return refused({ kind: 'settings-unreadable' });
  const { environments } = reading.settings;
  const chosen = environments.filter((environment) =>
    name === null ? environment.follow.branch === asker.pull.base.ref : environment.name === name,
  );
  if (chosen.length === 0) {
    return refused({ kind: 'no-such-environment', asked: name, known: environments.map((known) => known.name) });
  }
  for (const environment of chosen) {
    const commit = await ports.git.tip(repository, environment.follow.branch);
    if (commit === null) continue;
    const asked = { kind: 'sync', by: asker.comment.author, at: asker.comment.createdAt } as const;
    await desireEnvironment({ reading, environment, commit, before: null, asked }, ports, context);
  }
  return { done: true, reply: null, marker: null };
}

/** One reply for each comment that needs one, kept by its marker: a job that runs twice answers once. */
async function publish(answers: readonly Answer[], { pull, comment }: Asker, ports: FanOutPorts): Promise<void> {
  const { repository, number } = pull;
  const said = answers.filter(({ reply }) => reply !== null);
  if (said.length > 0) {
    const marker = replyMarker(comment.id);
    const texts = said.map(({ reply }) => (reply === null ? '' : presentReply(reply, comment.author)));
    const markers = said.map((one) => one.marker ?? '').join('');
    await ports.forge.keepComment(repository, number, marker, `${marker}${markers}\n${texts.join('\n\n')}`);
  }
  await ports.forge.react(repository, comment.id, answers.every(({ done }) => done) ? '+1' : 'confused');
}
