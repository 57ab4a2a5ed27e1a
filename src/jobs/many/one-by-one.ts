import { Failure } from '../../domain/failure.ts';

/**
 * Does one thing after the other. What fails keeps none of the others waiting; a failure is thrown when all were tried.
 * An abort ends it at once.
 */
export async function oneByOne(work: readonly (() => Promise<void>)[], signal: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  for (const one of work) {
    signal.throwIfAborted();
    try {
      await one();
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length > 0) throw telling(failures);
}

/** Of several failures the one that may pass: whoever catches it tries again what can still be mended. */
function telling(failures: readonly unknown[]): unknown {
  return failures.find((error) => error instanceof Failure && error.retryable) ?? failures[0];
}
