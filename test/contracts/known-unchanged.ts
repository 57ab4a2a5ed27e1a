import { describe, expect, it } from 'vitest';
import type { KnownUnchanged } from '../../src/ports/known-unchanged.ts';

/** The contract of the port `KnownUnchanged`, for the real one and for its fake. `open` gives an empty one. */
export function knownUnchangedContract(name: string, open: () => KnownUnchanged): void {
  describe(`${name} keeps the contract:`, () => {
    it('what was remembered is known, and nothing else', async () => {
      const known = open();
      await known.remember(['a', 'b']);
      await known.remember([]);
      expect(await known.among(['a', 'c', 'b'])).toEqual(new Set(['a', 'b']));
      expect(await known.among([])).toEqual(new Set());
    });

    it('thousands are remembered as well', async () => {
      const known = open();
      const keys = Array.from({ length: 2_500 }, (_, index) => `key-${index}`);
      await known.remember(keys);
      expect((await known.among([...keys, 'other'])).size).toBe(2_500);
    });
  });
}
