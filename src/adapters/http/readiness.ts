import type { HttpAnswer } from './server.ts';

/** Something the process works with: where a look throws, it is not ready. */
export interface Dependency {
  readonly name: string;
  /** What is there (a version, say), for people; throws why it is not. Stops when the signal aborts. */
  readonly look: (signal: AbortSignal) => Promise<string>;
}

interface Found {
  readonly name: string;
  readonly ok: boolean;
  /** What is there, or why it is not. */
  readonly why: string;
}

// Within the patience of whoever probes; an answer is kept for a moment, so that probing costs the forge nothing.
const lookWithinMs = 2_500;
const keptMs = 1_000;

/** `/readyz`: each dependency named, with what was found; 503 when any is down. Answers within 3 s. */
export function readiness(dependencies: readonly Dependency[], monotonic: () => number): () => Promise<HttpAnswer> {
  let kept: { readonly at: number; readonly answer: Promise<HttpAnswer> } | null = null;
  return () => {
    if (kept === null || monotonic() - kept.at > keptMs) kept = { at: monotonic(), answer: lookAtAll(dependencies) };
    return kept.answer;
  };
}

async function lookAtAll(dependencies: readonly Dependency[]): Promise<HttpAnswer> {
  const found = await Promise.all(dependencies.map(lookAt));
  const ready = found.every(({ ok }) => ok);
  return {
    status: ready ? 200 : 503,
    type: 'application/json',
    text: `${JSON.stringify({ ready, dependencies: found }, null, 2)}\n`,
  };
}

async function lookAt({ name, look }: Dependency): Promise<Found> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const reason = new Error(`no answer within ${lookWithinMs} ms`);
      controller.abort(reason);
      reject(reason);
    }, lookWithinMs);
  });
  try {
    return { name, ok: true, why: await Promise.race([look(controller.signal), late]) };
  } catch (error) {
    return { name, ok: false, why: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
