import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';

describe('the system clock', () => {
  it('sleeps as long as asked', async () => {
    const began = systemClock.monotonic();
    await systemClock.sleep(50, new AbortController().signal);
    expect(systemClock.monotonic() - began).toBeGreaterThanOrEqual(49);
  });

  it('wakes with the reason of the signal, also of one that was aborted before', async () => {
    const controller = new AbortController();
    const reason = new Error('deadline');
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe(reason);
  });
});
