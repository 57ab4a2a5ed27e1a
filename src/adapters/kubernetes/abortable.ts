import { abortError } from './abort-error.ts';

/** The answer, or the signal's reason as soon as it aborts, whether or not whoever makes the answer takes notice. */
export async function abortable<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const giveUp = (): void => reject(abortError(signal));
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
