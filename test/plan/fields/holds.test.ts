import { describe, expect, it } from 'vitest';
import { holds } from '../../../src/plan/fields/holds.ts';

describe('what a manifest says', () => {
  it('holds in live whatever others add', () => {
    expect(holds({ a: 1, b: { c: [{ d: 1, e: 2 }], f: 1 } }, { b: { c: [{ d: 1 }] } })).toBe(true);
  });

  it.each([
    ['another value', { a: 2 }],
    ['a missing one', { z: 1 }],
    ['a longer list', { b: { c: [{ d: 1 }, {}] } }],
    ['another type', { b: [] }],
  ])('does not hold with %s', (_what, wanted) => {
    expect(holds({ a: 1, b: { c: [{ d: 1, e: 2 }], f: 1 } }, wanted)).toBe(false);
  });
});
