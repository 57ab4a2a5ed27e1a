import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SandboxCluster, startCluster } from '../../../sandbox/cluster/cluster.ts';
import type { LeaseTimes } from '../../../src/adapters/kubernetes/lease-lock.ts';
import type { OpenClusterAccess } from '../../../src/adapters/kubernetes/open-cluster-access.ts';
import type { LedgerKey } from '../../../src/domain/ledger.ts';
import { eventually } from '../../eventually.ts';
import { codeOf } from '../../failure-code.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { makeNamespace } from './made-objects.ts';
import { openAccess, patient } from './open-access.ts';

const leaseTimes: LeaseTimes = { durationMs: 3_000, giveUpMs: 2_000, renewMs: 200, pollMs: 50 };

let cluster: SandboxCluster;
let proxy: FaultyProxy;
let holder: OpenClusterAccess;
let rival: OpenClusterAccess;
let key: LedgerKey;
let keys = 0;
beforeAll(async () => {
  cluster = await startCluster({ name: 'leases', components: 'api' });
  await makeNamespace(cluster.admin, 'fairlead');
  proxy = await startFaultyProxy(cluster);
  holder = await openAccess(cluster, { entry: { kubeconfig: proxy.kubeconfig }, options: { leaseTimes } });
  rival = await openAccess(cluster, { options: { leaseTimes } });
});
beforeEach(() => {
  keys += 1;
  key = { repository: 7, environment: `lease-${keys}` };
});
afterEach(() => proxy.reset());
afterAll(async () => {
  await Promise.all([holder?.close(), rival?.close()]);
  await proxy?.close();
  await cluster?.stop();
});

const leases = '/apis/coordination.k8s.io/v1/namespaces/fairlead/leases';
const done = (): Promise<string> => Promise.resolve('done');

/** Resolves when the signal aborts, with how long that took. */
async function aborted(signal: AbortSignal): Promise<number> {
  const begun = performance.now();
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return performance.now() - begun;
}

async function storedLease(): Promise<{ spec: { holderIdentity: string } }> {
  const { body } = await cluster.admin.request('GET', `${leases}/7-${key.environment}`);
  return body as { spec: { holderIdentity: string } };
}

async function takeLease(holderIdentity: string, renewTime: string): Promise<void> {
  await cluster.admin.apply(`${leases}/7-${key.environment}`, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: `7-${key.environment}` },
    spec: { holderIdentity, leaseDurationSeconds: 1, renewTime, acquireTime: renewTime },
  });
}

describe('a Lease', () => {
  it('that is renewed is not taken over', async () => {
    await holder.ledgers.withLock(key, 0, patient, async (held) => {
      const waiting = codeOf(rival.ledgers.withLock(key, leaseTimes.durationMs * 1.5, patient, done));
      expect(await waiting).toBe('lock-lost');
      expect(held.aborted).toBe(false);
    });
  });

  it('is free for the next one as soon as its holder has finished', async () => {
    await holder.ledgers.withLock(key, 0, patient, done);
    expect(await rival.ledgers.withLock(key, 0, patient, done)).toBe('done');
  });

  it('is free for the next one when the work failed or was called off', async () => {
    const asker = new AbortController();
    const failing = holder.ledgers.withLock(key, 0, asker.signal, (held) => {
      asker.abort(new Error('called off'));
      return Promise.reject(held.reason as Error);
    });
    await expect(failing).rejects.toThrow('called off');
    expect(await rival.ledgers.withLock(key, 0, patient, done)).toBe('done');
  });

  it.each(['2020-01-01T00:00:00.000000Z', '2099-01-01T00:00:00.000000Z'])(
    'of a dead holder that wrote %s is taken over after its duration by our own clock, not before',
    async (renewTime) => {
      await takeLease('dead', renewTime);
      const begun = performance.now();
      expect(await rival.ledgers.withLock(key, 10_000, patient, done)).toBe('done');
      expect(performance.now() - begun).toBeGreaterThanOrEqual(1_000);
    },
  );

  it('of a holder that lives is not taken over although its times stand still', async () => {
    await takeLease('alive', '2020-01-01T00:00:00.000000Z');
    let beat = 0;
    const living = setInterval(() => {
      beat += 1;
      void takeLease('alive', `2020-01-01T00:00:00.${String(beat).padStart(6, '0')}Z`);
    }, 300);
    expect(await codeOf(rival.ledgers.withLock(key, 2_500, patient, done))).toBe('lock-lost');
    clearInterval(living);
  });

  it('of a dead holder is taken over by who tries again and again: waiting adds up', async () => {
    await takeLease('dead', '2020-01-01T00:00:00.000000Z');
    const begun = performance.now();
    await eventually(async () => (await codeOf(rival.ledgers.withLock(key, 0, patient, done))) === 'fulfilled');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(1_000);
  });

  it('is acquired and renewed although answers are lost', async () => {
    let writes = 0;
    // Of every write the API server takes, the answer is lost once.
    proxy.decide = ({ method }) => {
      if (method === 'GET') return null;
      writes += 1;
      return writes % 2 === 1 ? { kind: 'lose-answer' } : null;
    };
    await holder.ledgers.withLock(key, 5_000, patient, async (held) => {
      await eventually(() => writes > 8);
      expect(held.aborted).toBe(false);
    });
  });
});

describe('whoever loses the Lease', () => {
  it('stops when another one has taken it, and leaves it alone', async () => {
    const work = holder.ledgers.withLock(key, 0, patient, async (held) => {
      await takeLease('thief', '2026-11-21T12:00:00.000000Z');
      expect(await aborted(held)).toBeLessThan(leaseTimes.giveUpMs);
      held.throwIfAborted();
    });
    expect(await codeOf(work)).toBe('lock-lost');
    expect((await storedLease()).spec.holderIdentity).toBe('thief');
  });

  it('stops when somebody deletes it', async () => {
    const work = holder.ledgers.withLock(key, 0, patient, async (held) => {
      await cluster.admin.request('DELETE', `${leases}/7-${key.environment}`);
      await aborted(held);
    });
    expect(await codeOf(work)).toBe('lock-lost');
  });

  it('stops when it cannot be renewed, before another one may begin', async () => {
    const work = holder.ledgers.withLock(key, 0, patient, async (held) => {
      const next = rival.ledgers.withLock(key, 10_000, patient, () => Promise.resolve(held.aborted));
      proxy.decide = () => ({ kind: 'reset' });
      expect(await aborted(held)).toBeLessThan(leaseTimes.durationMs);
      expect(await next).toBe(true);
    });
    expect(await codeOf(work)).toBe('lock-lost');
  });

  it('stops when the API server accepts its renewal and never answers', async () => {
    const work = holder.ledgers.withLock(key, 0, patient, async (held) => {
      proxy.decide = () => ({ kind: 'hold' });
      expect(await aborted(held)).toBeLessThan(leaseTimes.durationMs);
    });
    expect(await codeOf(work)).toBe('lock-lost');
  });

  it('does not stop for an outage that is shorter than that', async () => {
    await holder.ledgers.withLock(key, 0, patient, async (held) => {
      proxy.decide = () => ({ kind: 'reset' });
      const begun = performance.now();
      await eventually(() => performance.now() - begun > leaseTimes.giveUpMs / 3);
      proxy.reset();
      await eventually(() => proxy.seen.length > leaseTimes.giveUpMs / leaseTimes.renewMs);
      expect(held.aborted).toBe(false);
    });
  });

  it('stops after a sleep that was too long, whatever the Lease says', async () => {
    const work = holder.ledgers.withLock(key, 0, patient, async (held) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, leaseTimes.giveUpMs + 300);
      await aborted(held);
    });
    expect(await codeOf(work)).toBe('lock-lost');
  });

  it('is told so, even where the work took no notice', async () => {
    const work = holder.ledgers.withLock(key, 0, patient, async (held) => {
      await takeLease('thief', '2026-11-21T12:00:00.000000Z');
      await aborted(held);
      return 'finished all the same';
    });
    expect(await codeOf(work)).toBe('lock-lost');
  });
});
