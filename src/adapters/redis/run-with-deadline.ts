import { Failure } from '../../domain/failure.ts';

export interface DeadlinedWork {
  readonly work: (signal: AbortSignal) => Promise<void>;
  /** Aborts the work from outside; its signal is the work's. */
  readonly controller: AbortController;
  readonly deadlineMs: number;
  /** How long aborted work may take to stop before it is left behind. */
  readonly stopWithinMs: number;
  readonly subject: string;
}

/**
 * Runs work that may hang: its signal aborts at the deadline, and a little later nobody waits for it any longer.
 * Once aborted, the reason is what is thrown, whatever the work made of it; work that finished all the same is done.
 */
export async function runWithDeadline({
  work,
  controller,
  deadlineMs,
  stopWithinMs,
  subject,
}: DeadlinedWork): Promise<void> {
  const { signal } = controller;
  const deadline = setTimeout(() => controller.abort(tooLong(subject, deadlineMs)), deadlineMs);
  let leave: NodeJS.Timeout | undefined;
  const left = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      leave = setTimeout(() => reject(reasonOf(signal)), stopWithinMs);
    });
  });
  try {
    await Promise.race([work(signal), left]);
  } catch (error) {
    throw signal.aborted ? reasonOf(signal) : error;
  } finally {
    clearTimeout(deadline);
    clearTimeout(leave);
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}

function tooLong(subject: string, ms: number): Failure {
  return new Failure('deadline', {
    subject,
    message: `not finished after ${Math.round(ms / 1_000)} s`,
    retryable: true,
    cause: null,
  });
}
