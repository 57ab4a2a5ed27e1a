import { describe, expect, it } from 'vitest';
import { confirms } from '../../src/domain/confirms.ts';

const digest = 'abcdef0123456789'.repeat(4);

describe('a plan', () => {
  it.each([
    ['its digest', digest, 'grace'],
    ['12 digits of it', digest.slice(0, 12), 'grace'],
    ['capitals', digest.slice(0, 12).toUpperCase(), 'grace'],
  ])('is confirmed by %s', (_what, named, by) => {
    expect(confirms({ digest: named, by }, { digest, author: 'ada' })).toBe(true);
  });

  it.each([
    ['11 digits', digest.slice(0, 11), 'grace'],
    ['no digits', '', 'grace'],
    ['other digits', '0'.repeat(12), 'grace'],
    ['its author', digest, 'ada'],
    ['its author in capitals', digest, 'ADA'],
  ])('is not confirmed by %s', (_what, named, by) => {
    expect(confirms({ digest: named, by }, { digest, author: 'ada' })).toBe(false);
  });

  it('that nobody opened a pull request for is confirmed by anybody', () => {
    expect(confirms({ digest, by: 'ada' }, { digest, author: null })).toBe(true);
  });
});
