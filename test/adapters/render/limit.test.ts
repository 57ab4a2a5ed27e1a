import { describe, expect, it } from 'vitest';
import { limit } from '../../../src/adapters/render/limit.ts';

describe('a limit', () => {
  it('lets so many run at once, in order, and goes on after a failure', async () => {
    const inTurn = limit(2);
    const log: string[] = [];
    const release = new Map<string, () => void>();
    const start = (name: string, fails = false) =>
      inTurn(async () => {
        log.push(name);
        await new Promise<void>((resolve) => release.set(name, resolve));
        if (fails) throw new Error(name);
      }).catch((error: Error) => void log.push(`${error.message} failed`));
    const all = [start('a', true), start('b'), start('c'), start('d')];
    await expect.poll(() => log).toEqual(['a', 'b']);
    release.get('a')?.();
    await expect.poll(() => log).toEqual(['a', 'b', 'c', 'a failed']);
    release.get('b')?.();
    await expect.poll(() => log.at(-1)).toBe('d');
    release.get('c')?.();
    release.get('d')?.();
    await Promise.all(all);
  });
});
