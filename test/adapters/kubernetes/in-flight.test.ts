import { describe, expect, it } from 'vitest';
import { InFlight, type Leave } from '../../../src/adapters/kubernetes/in-flight.ts';
import { patient } from './open-access.ts';

describe('requests in flight', () => {
  it('are never more than the limit', async () => {
    const inFlight = new InFlight(3);
    let now = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      const leave = await inFlight.enter({}, patient);
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      leave();
    };
    await Promise.all(Array.from({ length: 50 }, work));
    expect(most).toBe(3);
  });

  it('take turns by lane: a single request waits for one place, not behind a thousand', async () => {
    const inFlight = new InFlight(1);
    const order: string[] = [];
    const [many, single] = [{}, {}];
    const first = await inFlight.enter(many, patient);
    const asked = ['many 1', 'many 2', 'many 3'].map((name) => enterAs(inFlight, many, name, order));
    const alone = enterAs(inFlight, single, 'single', order);
    first();
    await Promise.all([...asked, alone]);
    expect(order).toEqual(['many 1', 'single', 'many 2', 'many 3']);
  });

  it('leave the queue when they are aborted, and take no place', async () => {
    const inFlight = new InFlight(1);
    const leave = await inFlight.enter({}, patient);
    const impatient = new AbortController();
    const waiting = inFlight.enter({}, impatient.signal);
    impatient.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrow('changed my mind');
    await expect(inFlight.enter({}, impatient.signal)).rejects.toThrow('changed my mind');
    leave();
    expect(await inFlight.enter({}, patient)).toBeTypeOf('function');
  });

  it('that are aborted together leave the others of their lane in the queue', async () => {
    const inFlight = new InFlight(1);
    const leave = await inFlight.enter({}, patient);
    const impatient = new AbortController();
    const lane = {};
    const order: string[] = [];
    const before = enterAs(inFlight, lane, 'before', order);
    const aborted = [1, 2, 3].map(() => inFlight.enter(lane, impatient.signal));
    const after = enterAs(inFlight, lane, 'after', order);
    impatient.abort(new Error('changed my mind'));
    expect((await Promise.allSettled(aborted)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    leave();
    await Promise.all([before, after]);
    expect(order).toEqual(['before', 'after']);
  });

  it('listen to a signal once, however many wait under it', async () => {
    const inFlight = new InFlight(1);
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...listener: Parameters<typeof add>) => {
      listeners += 1;
      add(...listener);
    };
    const lane = {};
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const leave = await inFlight.enter(lane, signal);
        leave();
      }),
    );
    expect(listeners).toBe(1);
  });

  it('give back one place, however often they leave', async () => {
    const inFlight = new InFlight(1);
    const leave = await inFlight.enter({}, patient);
    leave();
    leave();
    const lane = {};
    const order: string[] = [];
    const held: Leave = await inFlight.enter(lane, patient);
    const second = enterAs(inFlight, lane, 'second', order);
    await Promise.resolve();
    expect(order).toEqual([]);
    held();
    await second;
  });
});

async function enterAs(inFlight: InFlight, lane: object, name: string, order: string[]): Promise<void> {
  const leave = await inFlight.enter(lane, patient);
  order.push(name);
  leave();
}
