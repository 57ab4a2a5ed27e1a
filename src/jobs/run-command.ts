import { type Command, type ParsedCommand, parseCommands } from '../domain/command.ts';
import type { JobOf } from '../domain/job.ts';
import { confirmationMarker, forkMarker, readConfirmations, replyMarker } from '../domain/marker.ts';
import { type CommitId, mayWrite, type PullRequest } from '../domain/repository.ts';
import type { Comment, JobContext } from '../ports.ts';
import { type CommandReply, presentReply } from '../present/reply.ts';
import { aggregateName } from '../present/seen-head.ts';
import { desireEnvironments } from './desire-environment.ts';
import type { FanOutPorts } from './fan-out-push.ts';
import { readSettings } from './read-settings.ts';
import { authorAmong, waitingForConfirmation } from './waiting-for-confirmation.ts';

/**
 * Does what a comment on a pull request asks for, and answers each command once: a reaction where it was done, a reply
 * with the reason where it was refused or where the answer must outlive Redis (a confirmation, a fork's plan). What an
 * earlier run of this job agreed to stands: by now it may have begun, and would no longer wait for anybody.
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

  const asker: Asker = { pull, comment, standing: await standingReply(job, ports) };
  const permission = await ports.forge.permission(repository, comment.author);
  const answers: Answer[] = [];
  for (const parsed of commands) {
    answers.push(
      mayWrite(permission)
        ? await answer(parsed, asker, ports, context)
        : refused({ kind: 'not-permitted', command: nameOf(parsed), permission }),
    );
  }
  // Published before anything is asked for: the next job reads confirmations and authorizations from the forge.
  if (!answers.some(({ stands }) => stands)) await publish(answers, asker, ports);
  for (const { carryOut } of answers) await carryOut?.();
  await ports.forge.react(repository, comment.id, answers.every(({ done }) => done) ? '+1' : 'confused');
  context.log.info('commands answered', { by: comment.author, done: answers.filter(({ done }) => done).length });
}

interface Asker {
  readonly pull: PullRequest;
  readonly comment: Comment;
  /** Our reply to this comment, of an earlier run of the job; null: none. */
  readonly standing: string | null;
}

interface Answer {
  readonly done: boolean;
  /** null: a reaction says it all. */
  readonly reply: CommandReply | null;
  /** What must be found again on the forge later: see `domain/marker.ts`. */
  readonly marker: string | null;
  /** It is in the reply that stands already. */
  readonly stands: boolean;
  /** What was asked for; null: nothing, or no longer. */
  readonly carryOut: (() => Promise<void>) | null;
}

async function standingReply(
  { repository, number, comment }: JobOf<'run-command'>,
  ports: FanOutPorts,
): Promise<string | null> {
  const comments = await ports.forge.comments(repository, number);
  return comments.find(({ own, body }) => own && body.includes(replyMarker(comment)))?.body ?? null;
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
  return { done: false, reply, marker: null, stands: false, carryOut: null };
}

async function plan({ pull, comment, standing }: Asker, ports: FanOutPorts): Promise<Answer> {
  const { repository, number } = pull;
  if (pull.state !== 'open') return refused({ kind: 'not-open', command: 'plan' });
  const carryOut = () => ports.queue.ask({ kind: 'inspect-pull-request', repository, number });
  if (!pull.head.fork) return { done: true, reply: null, marker: null, stands: false, carryOut };
  const head = pull.head.commit;
  const marker = forkMarker(head);
  if (standing?.includes(marker) === true) return { done: true, reply: null, marker, stands: true, carryOut };
  if (!(await wasPublishedBefore(pull, head, comment, ports))) return refused({ kind: 'head-moved', head });
  return { done: true, reply: { kind: 'fork-planned', head }, marker, stands: false, carryOut };
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

async function confirm(digest: string | null, asker: Asker, ports: FanOutPorts, context: JobContext): Promise<Answer> {
  const { pull, comment, standing } = asker;
  const carryOut = () => afterConfirmation(pull, ports, context);
  if (standing !== null && readConfirmations([standing]).length > 0) {
    return { done: true, reply: null, marker: null, stands: true, carryOut };
  }
  const awaited = await waitingForConfirmation(pull, ports);
  if (awaited.kind === 'elsewhere') return refused({ kind: 'confirm-elsewhere', number: awaited.number });
  if (awaited.kind === 'nothing') return refused({ kind: 'nothing-to-confirm' });
  const waiting = awaited.plans;
  const named = digest === null ? waiting : waiting.filter((candidate) => candidate.digest.startsWith(digest));
  const author = authorAmong(named, comment.author);
  if (author !== null) return refused({ kind: 'not-second-person', author });
  const agreed = named.filter(
    ({ publishedAt }) =>
      digest !== null || (publishedAt !== null && Date.parse(publishedAt) <= Date.parse(comment.createdAt)),
  );
  if (agreed.length === 0) return refused({ kind: 'plan-changed', waiting });

  const markers = agreed.map((plan) => confirmationMarker({ digest: plan.digest, by: comment.author }));
  const reply: CommandReply = { kind: 'confirmed', by: comment.author, plans: agreed };
  return { done: true, reply, marker: markers.join(''), stands: false, carryOut };
}

/** Shows the confirmation, and releases what waited for it. */
export async function afterConfirmation(pull: PullRequest, ports: FanOutPorts, context: JobContext): Promise<void> {
  const { repository, number } = pull;
  await ports.queue.ask({ kind: 'present-pull-request', repository, number });
  if (pull.state !== 'merged') return;
  context.log.info('release confirmed', { branch: pull.base.ref });
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
  const asked = { kind: 'sync', by: asker.comment.author, at: asker.comment.createdAt } as const;
  const carryOut = () => desireEnvironments({ reading, environments: chosen, before: null, asked }, ports, context);
  return { done: true, reply: null, marker: null, stands: false, carryOut };
}

/** One reply for each comment that needs one, kept by its marker: a job that runs twice answers once. */
async function publish(answers: readonly Answer[], { pull, comment }: Asker, ports: FanOutPorts): Promise<void> {
  const { repository, number } = pull;
  const said = answers.filter(({ reply }) => reply !== null);
  if (said.length === 0) return;
  const marker = replyMarker(comment.id);
  const texts = said.map(({ reply }) => (reply === null ? '' : presentReply(reply, comment.author)));
  const markers = said.map((one) => one.marker ?? '').join('');
  await ports.forge.keepComment(repository, number, marker, `${marker}${markers}\n${texts.join('\n\n')}`);
}
