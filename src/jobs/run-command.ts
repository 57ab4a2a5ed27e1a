import { bodyDigest } from '../domain/body-digest.ts';
import { aggregateName } from '../domain/check-run.ts';
import { type Command, commandLimit, type ParsedCommand, parseCommands } from '../domain/command.ts';
import type { CommandReply } from '../domain/command-reply.ts';
import type { JobOf } from '../domain/job.ts';
import { confirmationMarker, forkMarker, readConfirmations, replyMarker } from '../domain/marker.ts';
import type { PullRequest } from '../domain/pull-request.ts';
import { type CommitId, mayWrite, type Permission } from '../domain/repository.ts';
import type { Comment, Comments, PullRequests, Repositories } from '../ports/forge.ts';
import type { JobContext } from '../ports/handler.ts';
import { presentReply } from '../present/reply/reply.ts';
import { afterConfirmation } from './confirm/after-confirmation.ts';
import { answerConsent } from './confirm/answer-consent.ts';
import { planAnew } from './confirm/plan-anew.ts';
import { type ConfirmationPorts, waitingForConfirmation } from './confirm/waiting-for-confirmation.ts';
import type { DesirePorts } from './desire/desire-environment.ts';
import { desireEnvironments } from './desire/desire-environments.ts';
import { readSettings } from './repository/read-settings.ts';
import { ownComment } from './said/own-comment.ts';
import { standingDecision } from './said/standing-decision.ts';
import { endSyncReply } from './say/end-sync-reply.ts';
import { keepReply } from './say/keep-reply.ts';

export type CommandPorts = DesirePorts &
  ConfirmationPorts & {
    readonly forge: Pick<Repositories, 'permission'> & Pick<PullRequests, 'pullRequest'> & Comments;
  };

/**
 * Does what a comment on a pull request asks for, and answers each command once: a reaction, and where there is
 * something to say a reply. What an earlier run of this job agreed to stands: by now it may have begun, and would no
 * longer wait for anybody.
 */
export async function runCommand(job: JobOf<'run-command'>, ports: CommandPorts, context: JobContext): Promise<void> {
  const { repository, number } = job;
  const comment = await ports.forge.comment(repository, job.comment);
  if (comment === null || comment.bot || comment.own) return;
  const reading = await readSettings(repository, ports);
  if (reading.kind === 'gone' || reading.kind === 'absent') return;
  const pull = await ports.forge.pullRequest(repository, number);
  if (pull === null) return;
  if (wasChanged(comment, job)) return refuseAll({ kind: 'comment-changed' }, comment, job, ports);

  const commands = parseCommands(comment.body);
  if (commands.length > commandLimit) {
    const reply = { kind: 'too-many-commands', said: commands.length, limit: commandLimit } as const;
    return refuseAll(reply, comment, job, ports);
  }
  const permission = await ports.forge.permission(repository, comment.author);
  const asker: Asker = { pull, comment, permission, standing: await standingDecision(job, ports.forge) };
  const answers: Answer[] = [];
  for (const parsed of commands) answers.push(await answer(parsed, asker, ports, context));
  const decided = decision(answers, asker);
  // Published before anything is asked for: the next job reads confirmations and authorizations from the forge.
  if (answers.some(({ marker }) => marker !== null)) await keepReply(job, { decided, told: '' }, ports.forge);
  const told: string[] = [];
  const synced: string[] = [];
  let done = answers.every((one) => one.done);
  for (const { carryOut } of answers) {
    const carried = carryOut === null ? null : await carryOut();
    if (carried === null) continue;
    told.push(presentReply(carried.reply, comment.author));
    if (carried.reply.kind === 'synced')
      synced.push(...carried.reply.environments.map(({ environment }) => environment));
    done &&= carried.done;
  }
  await keepReply(job, { decided, told: told.join('\n\n') }, ports.forge);
  // A release may be over before it is said that it begins.
  for (const environment of synced) await endSyncReply(repository, environment, ports);
  await ports.forge.react(repository, comment.id, done ? '+1' : 'confused');
  context.log.info('commands answered', { by: comment.author, commands: commands.length, done });
}

/**
 * Whoever may write may edit the comments of others, and what they make of it is not its author's word. The forge
 * stamps whole seconds, so that the text itself is compared; a text that was put back is not, so the stamps are, too.
 */
function wasChanged({ body, createdAt, updatedAt }: Comment, { written }: JobOf<'run-command'>): boolean {
  return bodyDigest(body) !== written || updatedAt !== createdAt;
}

/** One answer for all that a comment asks for. One that was answered already keeps its answer. */
async function refuseAll(
  reply: CommandReply,
  { id, author }: Comment,
  job: JobOf<'run-command'>,
  { forge }: CommandPorts,
): Promise<void> {
  if ((await ownComment(job, replyMarker(id), forge)) !== null) return;
  await keepReply(job, { decided: `\n${presentReply(reply, author)}`, told: '' }, forge);
  await forge.react(job.repository, id, 'confused');
}

interface Asker {
  readonly pull: PullRequest;
  readonly comment: Comment;
  readonly permission: Permission;
  /** What an earlier run of the job decided, as our reply says it; '': nothing. */
  readonly standing: string;
}

interface Answer {
  readonly done: boolean;
  /** null: a reaction says it all, or `carryOut` has more to say. */
  readonly reply: CommandReply | null;
  /** What must be found again on the forge later: see `domain/marker.ts`. */
  readonly marker: string | null;
  /** It is in the reply that stands already. */
  readonly stands: boolean;
  /** What was asked for; null: nothing, or no longer. Gives what is to be told of it; null: nothing. */
  readonly carryOut: (() => Promise<Carried | null>) | null;
}

/** What came of it. */
interface Carried {
  readonly done: boolean;
  readonly reply: CommandReply;
}

/** What is seen elsewhere: on the pull request, or its commit. */
async function untold(work: Promise<void>): Promise<null> {
  await work;
  return null;
}

function nameOf(parsed: ParsedCommand): string {
  return parsed.kind === 'command' ? parsed.command.kind : parsed.name;
}

async function answer(parsed: ParsedCommand, asker: Asker, ports: CommandPorts, context: JobContext): Promise<Answer> {
  const stands = standingAnswer(parsed, asker, ports, context);
  if (stands !== null) return stands;
  const { permission } = asker;
  if (!mayWrite(permission)) return refused({ kind: 'not-permitted', command: nameOf(parsed), permission });
  switch (parsed.kind) {
    case 'misused':
      return refused({ kind: 'misused', command: parsed.name, usage: parsed.usage });
    case 'mistyped':
      return refused({ kind: 'mistyped', command: parsed.name, meant: parsed.meant });
    case 'unavailable':
      return refused({ kind: 'unavailable', command: parsed.name });
    case 'command':
      return obey(parsed.command, asker, ports, context);
  }
}

/** A decision of an earlier run, whatever has become since of who made it; null: there is none. */
function standingAnswer(
  parsed: ParsedCommand,
  { standing, pull }: Asker,
  ports: CommandPorts,
  context: JobContext,
): Answer | null {
  if (parsed.kind !== 'command') return null;
  const answered = { done: true, reply: null, marker: null, stands: true };
  if (parsed.command.kind === 'confirm' && readConfirmations([standing]).length > 0) {
    return { ...answered, carryOut: () => untold(afterConfirmation(pull, ports, context)) };
  }
  if (parsed.command.kind === 'plan' && standing.includes(forkMarker(pull.head.commit))) {
    return { ...answered, carryOut: () => untold(planAnew(pull, ports)) };
  }
  return null;
}

async function obey(command: Command, asker: Asker, ports: CommandPorts, context: JobContext): Promise<Answer> {
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

async function plan({ pull, comment }: Asker, ports: CommandPorts): Promise<Answer> {
  if (pull.state !== 'open') return refused({ kind: 'not-open', command: 'plan' });
  const carryOut = () => untold(planAnew(pull, ports));
  if (!pull.head.fork) return { done: true, reply: null, marker: null, stands: false, carryOut };
  const head = pull.head.commit;
  if (!(await wasPublishedBefore(pull, head, comment, ports))) return refused({ kind: 'other-head', head });
  return { done: true, reply: { kind: 'fork-planned', head }, marker: forkMarker(head), stands: false, carryOut };
}

/** A comment carries no head: it authorizes the one whose check run had been published before it was written. */
async function wasPublishedBefore(
  pull: PullRequest,
  head: CommitId,
  comment: Comment,
  ports: CommandPorts,
): Promise<boolean> {
  const runs = await ports.forge.checkRuns(pull.repository, head);
  const aggregate = runs.find((run) => run.name === aggregateName);
  const publishedAt = aggregate?.completedAt ?? null;
  return publishedAt !== null && Date.parse(publishedAt) <= Date.parse(comment.createdAt);
}

async function confirm(digest: string | null, asker: Asker, ports: CommandPorts, context: JobContext): Promise<Answer> {
  const { pull, comment } = asker;
  if (pull.state === 'closed') return refused({ kind: 'not-open', command: 'confirm' });
  const awaited = await waitingForConfirmation(pull, ports);
  const by = comment.author;
  const answered = answerConsent(awaited, { by, number: pull.number, digest, at: comment.createdAt });
  if (answered.kind === 'refused') {
    const { reply } = answered;
    return reply.kind === 'still-planning'
      ? { ...refused(reply), carryOut: () => untold(planAnew(pull, ports)) }
      : refused(reply);
  }
  const { plans } = answered;
  return {
    done: true,
    reply: { kind: 'confirmed', by, plans, planning: digest === null ? awaited.planning : null },
    marker: plans.map((plan) => confirmationMarker({ digest: plan.digest, by })).join(''),
    stands: false,
    carryOut: () => untold(afterConfirmation(pull, ports, context)),
  };
}

async function sync(name: string | null, asker: Asker, ports: CommandPorts, context: JobContext): Promise<Answer> {
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
  const { id, author, createdAt } = asker.comment;
  const reply = { number: asker.pull.number, comment: id };
  const asked = { kind: 'sync', by: author, at: createdAt, reply } as const;
  const carryOut = async (): Promise<Carried> => {
    const wishes = { reading, environments: chosen, before: null, asked };
    const fulfilled = await desireEnvironments(wishes, ports, context);
    const synced = fulfilled.map(({ environment, outcome }) => ({
      environment: environment.name,
      branch: environment.follow.branch,
      outcome,
    }));
    const { state, base } = asker.pull;
    return {
      done: synced.every(({ outcome: { kind } }) => kind === 'converging' || kind === 'waiting'),
      reply: { kind: 'synced', environments: synced, pull: { merged: state === 'merged', base: base.ref } },
    };
  };
  return { done: true, reply: null, marker: null, stands: false, carryOut };
}

/** What was decided about the commands: of an earlier run where that stands, so that nothing of it is lost. */
function decision(answers: readonly Answer[], { comment, standing }: Asker): string {
  if (answers.some(({ stands }) => stands)) return standing;
  const markers = answers.map(({ marker }) => marker ?? '').join('');
  const texts = answers.flatMap(({ reply }) => (reply === null ? [] : [presentReply(reply, comment.author)]));
  return texts.length === 0 ? '' : `${markers}\n${texts.join('\n\n')}`;
}
