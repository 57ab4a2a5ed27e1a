import { describe, expect, it } from 'vitest';
import { createEtagCache } from '../../../src/adapters/github/etag-cache.ts';

const answer = (text: string) => ({ etag: `"${text.slice(0, 1)}"`, data: text, next: false });

describe('what was read before', () => {
  it('is kept as long as there is room, the least read going first', () => {
    const cache = createEtagCache(1000);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) cache.keep(name, answer(name.repeat(90)));
    cache.read('a');
    for (const name of ['j', 'k', 'l']) cache.keep(name, answer(name.repeat(90)));
    expect(cache.read('a')?.etag).toBe('"a"');
    expect(cache.read('b')).toBeNull();
    expect(cache.read('l')?.etag).toBe('"l"');
  });

  it('is replaced, not added to', () => {
    const cache = createEtagCache(1000);
    for (let round = 0; round < 100; round += 1) cache.keep('a', answer(`${round % 10}`.repeat(90)));
    cache.keep('b', answer('b'.repeat(90)));
    expect(cache.read('a')?.etag).toBe('"9"');
    expect(cache.read('b')?.etag).toBe('"b"');
  });

  it('does not let one answer push out all others', () => {
    const cache = createEtagCache(1000);
    cache.keep('a', answer('a'));
    cache.keep('b', answer('b'.repeat(500)));
    expect(cache.read('b')).toBeNull();
    expect(cache.read('a')).not.toBeNull();
  });
});
