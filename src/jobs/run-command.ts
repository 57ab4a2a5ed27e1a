import { bodyDigest } from '../domain/body-digest.ts';
import { type Command, commandLimit, onlyAsks, type ParsedCommand, parseCommands } from '../domain/command.ts';
import type { CommandReply } from '../domain/command-reply.ts';
import type { JobOf } from '../domain/job.ts';
import { forkMarker, readConfirmations, replyMarker } from '../domain/marker.ts';
import { mayWrite } from '../domain/repository.ts';
import type { Comment, Comments, PullRequests, Repositories } from '../ports/forge.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Records } from '../ports/records.ts';
import { presentReply } from '../present/reply/reply.ts';
import { type Answer, type Asker, refused, untold } from './command/answer.ts';
import { isAskedTooOften } from './command/asked-too-often.ts';
import { answerConfirm } from './command/confirm.ts';
import { answerExplain } from './command/explain.ts';
import { answerPlan } from './command/plan.ts';
import { answerStatus } from './command/status.ts';
import { answerSync } from './command/sync.ts';
import { afterConfirmation } from './confirm/after-confirmation.ts';
import { planAnew } from './confirm/plan-anew.ts';
import type { ConfirmationPorts } from './confirm/waiting-for-confirmation.ts';
import type { DesirePorts } from './desire/wish.ts';
import { readSettings } from './repository/read-settings.ts';
import { ownComment } from './said/own-comment.ts';
import { standingDecision } from './said/standing-decision.ts';
import { endSyncReply } from './say/end-sync-reply.ts';
import { keepReply } from './say/keep-reply.ts';

export type CommandPorts = DesirePorts &
  ConfirmationPorts & {
    readonly forge: Pick<Repositories, 'permission'> & Pick<PullRequests, 'pullRequest'> & Comments;
    readonly records: Pick<Records, 'admitAnswer'>;
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
  // Before anything else is read for it: whoever may only comment can do so five hundred times an hour.
  const permission = await ports.forge.permission(repository, comment.author);
  if (!mayWrite(permission) && (await isAskedTooOften(job, ports))) {
    context.log.info('commands left without an answer: too many in an hour', { by: comment.author });
    return;
  }
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
  context.log.info('commands answered', { by: comment.author, commands: commands.map(nameOf), done });
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

function nameOf(parsed: ParsedCommand): string {
  return parsed.kind === 'command' ? parsed.command.kind : parsed.name;
}

async function answer(parsed: ParsedCommand, asker: Asker, ports: CommandPorts, context: JobContext): Promise<Answer> {
  const stands = standingAnswer(parsed, asker, ports, context);
  if (stands !== null) return stands;
  const { permission } = asker;
  if (!onlyAsks(nameOf(parsed)) && !mayWrite(permission))
    return refused({ kind: 'not-permitted', command: nameOf(parsed), permission });
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
      return answerPlan(asker, ports);
    case 'confirm':
      return answerConfirm(command.digest, asker, ports, context);
    case 'sync':
      return answerSync(command.environment, asker, ports, context);
    case 'status':
      return answerStatus(command.environment, asker, ports);
    case 'explain':
      return answerExplain(command.environment, asker, ports);
    case 'help':
      return { done: true, reply: { kind: 'help' }, marker: null, stands: false, carryOut: null };
  }
}

/** What was decided about the commands: of an earlier run where that stands, so that nothing of it is lost. */
function decision(answers: readonly Answer[], { comment, standing }: Asker): string {
  if (answers.some(({ stands }) => stands)) return standing;
  const markers = answers.map(({ marker }) => marker ?? '').join('');
  const texts = answers.flatMap(({ reply }) => (reply === null ? [] : [presentReply(reply, comment.author)]));
  return texts.length === 0 ? '' : `${markers}\n${texts.join('\n\n')}`;
}
