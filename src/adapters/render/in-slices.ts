import { setImmediate } from 'node:timers/promises';

/** Long enough that pauses cost nothing, short enough that nobody waits for an answer: 8 jobs may take turns. */
const sliceMs = 25;

/** The result of work that stops now and then. Where it has run for a while, everything else in the process goes first. */
export async function inSlices<T>(steps: Generator<void, T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < sliceMs) continue;
    await setImmediate();
    began = performance.now();
  }
}
