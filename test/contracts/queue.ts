import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { Job } from '../../src/domain/job.ts';
import type { Handler } from '../../src/ports/handler.ts';
import type { Queue } from '../../src/ports/queue.ts';
import { acmeShop as repository } from '../acme-shop.ts';
import { eventually } from '../eventually.ts';

/** A queue of its own for each test, with one worker that serves the queue `forge`. */
export interface QueueWorld {
  readonly queue: Queue;
  /** Starts the worker; before that, what is asked waits. */
  readonly serve: (handler: Handler) => void;
  /** What finally failed, in order. */
  readonly failed: readonly { readonly job: Job; readonly error: unknown }[];
  readonly close: () => Promise<void>;
}

/** The contract of the port `Queue`, for the real one and for its fake. */
export function queueContract(name: string, open: () => Promise<QueueWorld>): void {
  describe(`${name} keeps the contract of a queue:`, () => {
    let world: QueueWorld | null = null;
    const opened = async (): Promise<QueueWorld> => {
      world = await open();
      return world;
    };
    afterEach(async () => {
      await world?.close();
      world = null;
    });

    it('what is asked for runs, as it was asked', async () => {
      const { queue, serve } = await opened();
      const runs = recorder();
      serve(runs.handler);
      const job = push('main', 'a'.repeat(40));
      await queue.ask(job);
      await eventually(() => runs.ended.length === 1);
      expect(runs.ended).toEqual([job]);
    });

    it('50 asks while one waits are one run', async () => {
      const { queue, serve } = await opened();
      await Promise.all(Array.from({ length: 50 }, () => queue.ask(inspect(1))));
      const runs = recorder();
      serve(runs.handler);
      await queue.ask(inspect(2), { delayMs: 300 });
      await eventually(() => runs.ended.some((job) => 'number' in job && job.number === 2));
      expect(runs.of(1)).toHaveLength(1);
    });

    it('50 asks while a worker serves are never beside each other, and the last one is answered by a run of its own', async () => {
      const { queue, serve } = await opened();
      const runs = recorder();
      serve(runs.handler);
      const gate = runs.hold();
      await queue.ask(inspect(1));
      await eventually(() => runs.started.length === 1);
      await Promise.all(Array.from({ length: 50 }, () => queue.ask(inspect(1))));
      gate.open();
      await eventually(() => runs.ended.length === 2);
      await queue.ask(inspect(2), { delayMs: 300 });
      await eventually(() => runs.of(2).length === 1);
      expect(runs.of(1)).toHaveLength(2);
      expect(runs.mostAtOnce(1)).toBe(1);
    });

    it('different keys run side by side', async () => {
      const { queue, serve } = await opened();
      const runs = recorder();
      const gate = runs.hold();
      serve(runs.handler);
      await queue.ask(inspect(1));
      await queue.ask(inspect(2));
      await eventually(() => runs.started.length === 2);
      gate.open();
      await eventually(() => runs.ended.length === 2);
    });

    it('the newest word wins, also over one that waits', async () => {
      const { queue, serve } = await opened();
      await queue.ask(inspect(1));
      await queue.ask({ ...inspect(1), repository: { ...repository, name: 'renamed' } });
      const runs = recorder();
      serve(runs.handler);
      await eventually(() => runs.ended.length === 1);
      expect(runs.ended[0]).toMatchObject({ repository: { name: 'renamed' } });
    });

    it('a push stays a push from its first tip on, whoever asks after it', async () => {
      const { queue, serve } = await opened();
      await queue.ask(push('main', 'a'.repeat(40)));
      await queue.ask(push('main', 'b'.repeat(40)));
      await queue.ask({ ...push('main', 'c'.repeat(40)), asked: 'sweep', before: null });
      const runs = recorder();
      serve(runs.handler);
      await eventually(() => runs.ended.length === 1);
      expect(runs.ended).toEqual([push('main', 'a'.repeat(40))]);
    });

    it('a push that has run is over: the sweep after it is a sweep', async () => {
      const { queue, serve } = await opened();
      const runs = recorder();
      serve(runs.handler);
      await queue.ask(push('main', 'a'.repeat(40)));
      await eventually(() => runs.ended.length === 1);
      const sweep: Job = { ...push('main', 'a'.repeat(40)), asked: 'sweep', before: null };
      // Whether the first run is quite over when the second is asked for is a race; a third comes after it for sure.
      await queue.ask(sweep);
      await eventually(() => runs.ended.length === 2);
      await queue.ask(sweep);
      await eventually(() => runs.ended.length === 3);
      expect(runs.ended[2]).toEqual(sweep);
    });

    it('an ask starts not before its delay', async () => {
      const { queue, serve } = await opened();
      const runs = recorder();
      serve(runs.handler);
      const asked = Date.now();
      await queue.ask(inspect(1), { delayMs: 400 });
      await eventually(() => runs.ended.length === 1);
      expect(Date.now() - asked).toBeGreaterThanOrEqual(395);
    });

    it('a delayed ask does not hold back an immediate one, whichever comes first', async () => {
      const { queue, serve } = await opened();
      await queue.ask(inspect(1), { delayMs: 60_000 });
      await queue.ask(inspect(1));
      await queue.ask(inspect(2));
      await queue.ask(inspect(2), { delayMs: 60_000 });
      const runs = recorder();
      serve(runs.handler);
      await eventually(() => runs.of(1).length === 1 && runs.of(2).length === 1);
    });

    it('a delayed ask while it runs does not hold back an immediate one, whichever comes first', async () => {
      const { queue, serve } = await opened();
      const runs = recorder();
      const gate = runs.hold();
      serve(runs.handler);
      await queue.ask(inspect(1));
      await queue.ask(inspect(2));
      await eventually(() => runs.started.length === 2);
      await queue.ask(inspect(1), { delayMs: 60_000 });
      await queue.ask(inspect(1));
      await queue.ask(inspect(2));
      await queue.ask(inspect(2), { delayMs: 60_000 });
      gate.open();
      await eventually(() => runs.of(1).length === 2 && runs.of(2).length === 2);
    });

    it('a job may ask for itself again, later', async () => {
      const { queue, serve } = await opened();
      const times: number[] = [];
      serve(async (job) => {
        times.push(Date.now());
        if (times.length < 3) await queue.ask(job, { delayMs: 200 });
      });
      await queue.ask(inspect(1));
      await eventually(() => times.length === 3);
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(195);
      expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(195);
    });

    it('low priority lets everything else go first, and is raised by who cannot wait', async () => {
      const { queue, serve } = await opened();
      for (const number of [1, 2, 3]) await queue.ask(inspect(number), { priority: 'low' });
      await queue.ask(inspect(4));
      await queue.ask(inspect(3));
      const runs = recorder();
      serve(runs.handler);
      await eventually(() => runs.ended.length === 4);
      const order = runs.started.map((job) => ('number' in job ? job.number : null));
      expect(new Set(order.slice(0, 2))).toEqual(new Set([3, 4]));
      expect(new Set(order.slice(2))).toEqual(new Set([1, 2]));
    });

    it('what fails and may pass is tried again', async () => {
      const { queue, serve, failed } = await opened();
      let runs = 0;
      serve(() => {
        runs += 1;
        return runs === 1 ? Promise.reject(failure({ retryable: true })) : Promise.resolve();
      });
      await queue.ask(inspect(1));
      await eventually(() => runs === 2);
      expect(failed).toEqual([]);
    });

    it('what fails for good is not tried again, and said', async () => {
      const { queue, serve, failed } = await opened();
      let runs = 0;
      const error = failure({ retryable: false });
      serve(() => {
        runs += 1;
        return Promise.reject(error);
      });
      await queue.ask(inspect(1));
      await eventually(() => failed.length === 1);
      expect(failed).toMatchObject([{ job: inspect(1), error }]);
      expect(runs).toBe(1);
    });

    it('what failed for good can be asked for again', async () => {
      const { queue, serve, failed } = await opened();
      let runs = 0;
      serve(() => {
        runs += 1;
        return runs === 1 ? Promise.reject(failure({ retryable: false })) : Promise.resolve();
      });
      await queue.ask(inspect(1));
      await eventually(() => failed.length === 1);
      await queue.ask(inspect(1));
      await eventually(() => runs === 2);
    });

    it('news start at once although the last try failed and pauses', async () => {
      const { queue, serve } = await opened();
      let fails = 3;
      const runs: number[] = [];
      serve(() => {
        runs.push(Date.now());
        fails -= 1;
        return fails >= 0 ? Promise.reject(failure({ retryable: true })) : Promise.resolve();
      });
      await queue.ask(inspect(1));
      // Pauses of 1 s and 2 s lie before the third run, of 4 s before the fourth.
      await eventually(() => runs.length === 3);
      const pause = Date.now();
      await eventually(async () => {
        await queue.ask(inspect(1));
        return runs.length > 3;
      });
      expect(Date.now() - pause).toBeLessThan(3_500);
    });

    it('a delayed ask does not prolong the pause after a failed try', async () => {
      const { queue, serve } = await opened();
      let runs = 0;
      serve(async () => {
        runs += 1;
        if (runs > 1) return;
        await queue.ask(inspect(1), { delayMs: 60_000 });
        throw failure({ retryable: true });
      });
      await queue.ask(inspect(1));
      await eventually(() => runs === 2);
    });
  });
}

function inspect(number: number): Job & { readonly kind: 'inspect-pull-request' } {
  return { kind: 'inspect-pull-request', repository, number };
}

function push(branch: string, before: string): Job & { readonly kind: 'fan-out-push' } {
  return { kind: 'fan-out-push', repository, branch, asked: 'push', before };
}

function failure({ retryable }: { readonly retryable: boolean }): Failure {
  return new Failure('forge-unreachable', { subject: 'test', message: 'said no', retryable, cause: null });
}

/** A handler that keeps what it ran, and can be held. */
function recorder() {
  const started: Job[] = [];
  const ended: Job[] = [];
  const most = new Map<number, number>();
  let gate: Promise<void> = Promise.resolve();
  const numberOf = (job: Job): number => ('number' in job && typeof job.number === 'number' ? job.number : 0);
  const of = (jobs: readonly Job[], number: number): readonly Job[] => jobs.filter((job) => numberOf(job) === number);
  return {
    started,
    ended,
    of: (number: number) => of(ended, number),
    mostAtOnce: (number: number) => most.get(number) ?? 0,
    hold: () => {
      let open: () => void = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return { open };
    },
    handler: async (job: Job): Promise<void> => {
      started.push(job);
      const number = numberOf(job);
      most.set(number, Math.max(most.get(number) ?? 0, of(started, number).length - of(ended, number).length));
      await gate;
      ended.push(job);
    },
  };
}
