import { closeSync, openSync, rmSync, statSync, utimesSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const beatMs = 2_000;
/** A holder that gave no sign of life for so long is gone. */
const deadAfterMs = 20_000;

/**
 * Runs `work` while no other process runs something under the same lock file, on this machine or another that shares
 * the folder. The lock of a killed process is taken over; a race for it can let two in at once, so `work` must bear it.
 */
export async function withLock<T>(file: string, say: (line: string) => void, work: () => Promise<T>): Promise<T> {
  let waited = false;
  while (!taken(file)) {
    if (!waited) say(`waiting for another process that holds ${file}`);
    waited = true;
    await setTimeout(500);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimesSync(file, now, now);
  }, beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(file, { force: true });
  }
}

function taken(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch (error) {
    if (!isExists(error)) throw error;
  }
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > deadAfterMs) rmSync(file, { force: true });
  return false;
}

function isExists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
