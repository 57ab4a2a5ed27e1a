import { describe, expect, it } from 'vitest';
import type { Ledger, LedgerContent, LedgerKey } from '../../src/domain/ledger.ts';
import type { Ledgers } from '../../src/ports/ledgers.ts';
import { codeOf } from '../failure-code.ts';

/** The contract of the port `Ledgers`, for the real one and for its fake. Each test has a key of its own. */
export function ledgersContract(name: string, open: () => Ledgers): void {
  describe(`${name} keeps the contract of ledgers:`, () => {
    const signal = new AbortController().signal;
    let keys = 0;
    const newKey = (): LedgerKey => {
      keys += 1;
      return { repository: 4711, environment: `contract-${keys}` };
    };

    it('where nothing was released there is none', async () => {
      expect(await open().read(newKey(), signal)).toBeNull();
    });

    it('what is written is read back, whole', async () => {
      const ledgers = open();
      const key = newKey();
      const written = await ledgers.write(key, null, content, signal);
      expect(await ledgers.read(key, signal)).toEqual(written);
      expect(contentOf(written)).toEqual(content);
      expect(written).toMatchObject({ environment: key, applySet: ledgers.applySet(key) });
      expect(written.resourceVersion).not.toBe('');
    });

    it('the next write replaces all of it', async () => {
      const ledgers = open();
      const key = newKey();
      const first = await ledgers.write(key, null, content, signal);
      const empty: LedgerContent = { inventory: [], orphaned: [], released: null, attempt: null };
      const second = await ledgers.write(key, first, empty, signal);
      expect(contentOf(second)).toEqual(empty);
      expect(await ledgers.read(key, signal)).toEqual(second);
    });

    it('every write is a new version, also one of equal content: it fences whoever read the one before', async () => {
      const ledgers = open();
      const key = newKey();
      const first = await ledgers.write(key, null, content, signal);
      const second = await ledgers.write(key, first, content, signal);
      expect(second.resourceVersion).not.toBe(first.resourceVersion);
      expect(await codeOf(ledgers.write(key, first, content, signal))).toBe('ledger-changed');
    });

    it('of two writers one is first', async () => {
      const ledgers = open();
      const key = newKey();
      const creating = await Promise.all([1, 2].map(() => codeOf(ledgers.write(key, null, content, signal))));
      expect(creating.toSorted()).toEqual(['fulfilled', 'ledger-changed']);
      const read = await ledgers.read(key, signal);
      const writing = await Promise.all([1, 2, 3].map(() => codeOf(ledgers.write(key, read, content, signal))));
      expect(writing.toSorted()).toEqual(['fulfilled', 'ledger-changed', 'ledger-changed']);
    });

    it('the ApplySet is of the environment, before and after there is a ledger', async () => {
      const ledgers = open();
      const [one, other] = [newKey(), newKey()];
      expect(ledgers.applySet(one)).toMatch(/^applyset-[\w-]{43}-v1$/);
      expect(ledgers.applySet(one)).not.toBe(ledgers.applySet(other));
      expect((await ledgers.write(one, null, content, signal)).applySet).toBe(ledgers.applySet(one));
    });

    it('the key of digests is 32 bytes, the same for everybody who asks', async () => {
      const ledgers = open();
      const keysRead = await Promise.all([1, 2, 3].map(() => ledgers.digestKey(signal)));
      expect(keysRead[0]).toHaveLength(32);
      expect(keysRead[1]).toEqual(keysRead[0]);
      expect(keysRead[2]).toEqual(keysRead[0]);
    });

    it('work under the lock gives its result, or its failure', async () => {
      const ledgers = open();
      const key = newKey();
      expect(await ledgers.withLock(key, 0, signal, () => Promise.resolve(42))).toBe(42);
      await expect(
        ledgers.withLock(key, 0, signal, () => Promise.reject(new Error('the work failed'))),
      ).rejects.toThrow('the work failed');
      expect(await ledgers.withLock(key, 0, signal, () => Promise.resolve('next'))).toBe('next');
    });

    it('who does not get the lock in time is told so; another environment has another lock', async () => {
      const ledgers = open();
      const [key, other] = [newKey(), newKey()];
      await ledgers.withLock(key, 0, signal, async (held) => {
        expect(held.aborted).toBe(false);
        expect(await codeOf(ledgers.withLock(key, 30, signal, () => Promise.resolve()))).toBe('lock-lost');
        expect(await ledgers.withLock(other, 0, signal, () => Promise.resolve('free'))).toBe('free');
      });
    });

    it('never two at once: who waits follows', async () => {
      const ledgers = open();
      const key = newKey();
      let inside = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        inside += 1;
        most = Math.max(most, inside);
        await ledgers.read(key, signal);
        inside -= 1;
      };
      await Promise.all([1, 2, 3].map(() => ledgers.withLock(key, 20_000, signal, work)));
      expect(most).toBe(1);
    });

    it("the asker's signal reaches the work, and ends waiting", async () => {
      const ledgers = open();
      const key = newKey();
      const asker = new AbortController();
      await ledgers.withLock(key, 0, asker.signal, async (held) => {
        const waiting = codeOf(ledgers.withLock(key, 20_000, asker.signal, () => Promise.resolve()));
        asker.abort(new Error('enough'));
        expect(held.aborted).toBe(true);
        expect(await waiting).toMatch(/enough|Abort/);
      });
    });
  });
}

const content: LedgerContent = {
  inventory: [
    { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings', uid: 'a-b-c' },
    { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: null },
    { group: '', version: 'v1', kind: 'Namespace', namespace: null, name: 'shop', uid: 'd-e-f' },
  ],
  orphaned: [
    {
      commit: 'c'.repeat(40),
      at: '2026-11-20T12:00:00.000Z',
      objects: [{ group: '', version: 'v1', kind: 'Secret', namespace: 'old', name: 'web', uid: 'g-h-i' }],
    },
    { commit: 'd'.repeat(40), at: '2026-11-21T11:00:00.000Z', objects: [] },
  ],
  released: {
    commit: 'a'.repeat(40),
    path: 'deploy/production',
    rendering: 'f'.repeat(64),
    settings: '5'.repeat(64),
    at: '2026-11-21T12:00:00.000Z',
    phase: 'converged',
    tookMs: 8_000,
    steady: { kind: 'healthy', since: '2026-11-21T12:00:09.000Z' },
    sync: null,
  },
  attempt: {
    commit: 'b'.repeat(40),
    path: 'deploy/production',
    rendering: 'e'.repeat(64),
    settings: '5'.repeat(64),
    at: '2026-11-21T12:30:00.000Z',
    agreed: ['0123456789abcdef'],
  },
};

function contentOf({ inventory, orphaned, released, attempt }: Ledger): LedgerContent {
  return { inventory, orphaned, released, attempt };
}
