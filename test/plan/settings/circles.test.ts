import { describe, expect, it } from 'vitest';
import { circles } from '../../../src/plan/settings/circles.ts';

const of = (edges: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  [...circles(new Map(Object.entries(edges)))].toSorted((left, right) => left.localeCompare(right));

describe('who stands in a circle', () => {
  it('is nobody in a chain, however it branches and joins', () => {
    expect(of({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([]);
  });

  it('is everybody who comes back to themselves, and not who only leads there or away', () => {
    expect(of({ before: ['a'], a: ['b'], b: ['a', 'after'], after: [], alone: ['alone'] })).toEqual([
      'a',
      'alone',
      'b',
    ]);
  });

  it('is not led astray by who is not there, or is named twice', () => {
    expect(of({ a: ['b', 'b', 'gone'], b: [] })).toEqual([]);
  });

  it('is found in a chain of 100,000', () => {
    const chain = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`e${at}`, [`e${at + 1}`]]));
    expect(of({ ...chain, e100000: [] })).toEqual([]);
  });
});
