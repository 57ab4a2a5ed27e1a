import type { CommandReply } from '../../domain/command-reply.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { Permission } from '../../domain/repository.ts';
import type { Comment } from '../../ports/forge.ts';

/** Who asks, where, and what was decided about it already. */
export interface Asker {
  readonly pull: PullRequest;
  readonly comment: Comment;
  readonly permission: Permission;
  /** What an earlier run of the job decided, as our reply says it; '': nothing. */
  readonly standing: string;
}

/** What is decided about one command. */
export interface Answer {
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
export interface Carried {
  readonly done: boolean;
  readonly reply: CommandReply;
}

export function refused(reply: CommandReply): Answer {
  return { done: false, reply, marker: null, stands: false, carryOut: null };
}

/** It changes nothing, and what it comes to is told anew by each run. */
export function told(tell: () => Promise<CommandReply>): Answer {
  const carryOut = async (): Promise<Carried> => ({ done: true, reply: await tell() });
  return { done: true, reply: null, marker: null, stands: false, carryOut };
}

/** What is seen elsewhere: on the pull request, or its commit. */
export async function untold(work: Promise<void>): Promise<null> {
  await work;
  return null;
}
