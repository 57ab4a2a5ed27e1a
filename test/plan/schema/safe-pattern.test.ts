import { describe, expect, it } from 'vitest';
import { safePattern } from '../../../src/plan/schema/safe-pattern.ts';

describe('A pattern from a pull request', () => {
  it.each([
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'web-1', true],
    ['^(a|b|c)$', 'b', true],
    ['^[a-z]+$', 'A', false],
    ['^\\d{1,3}$', '1234', false],
    ['^v[0-9]+[.][0-9]+$', 'v1.2', true],
  ])('%s is asked about %s', (pattern, text, fits) => {
    expect(safePattern(pattern, text.length)?.expression.test(text)).toBe(fits);
  });

  it.each([
    ['repeats what repeats', '^(a+)+$'],
    ['repeats what repeats so often', '^(a{1,9}){1,9}$'],
    ['repeats a choice', '^(a|a)*$'],
    ['repeats a group in a group', '^((a+))*$'],
    ['repeats much', '^a*a*a*a*a*b$'],
    ['may leave out much', `^${'a?'.repeat(30)}$`],
    ['looks back', '^(a)\\1$'],
    ['looks ahead', '^(?=a)a$'],
    ['means something else in JavaScript', '^[[:alpha:]]$'],
    ['is no pattern', '^(a$'],
  ])('that %s is left alone', (_why, pattern) => {
    expect(safePattern(pattern, 100)).toBeNull();
  });

  it('that repeats is left alone on a long text', () => {
    expect(safePattern('a+b+c', 10_000)).toBeNull();
  });
});
