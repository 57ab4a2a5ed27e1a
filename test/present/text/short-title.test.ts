import { describe, expect, it } from 'vitest';
import { shortTitle } from '../../../src/present/text/short-title.ts';

const verdict = 'front cannot be rendered at charts/front/templates/secret.yaml:5';

describe('a title', () => {
  it('says as much as two lines hold', () => {
    expect(shortTitle(`${verdict}: it is no YAML`)).toBe(`${verdict}: it is no YAML`);
  });

  it('ends after a clause, and says that there is more', () => {
    const reason =
      'The chart renders otherwise each time: an existing Secret is looked up in it, which no plan of anybody can do, whatever';
    expect(shortTitle(`${verdict}: ${reason}`)).toBe(`${verdict}: The chart renders otherwise each time …`);
    expect(shortTitle(`${verdict}: ${'x'.repeat(200)}: y`)).toBe(`${verdict} …`);
  });

  it('ends in no name, quote or bracket', () => {
    expect(shortTitle(`${verdict}: there is \`a, b: ${'c'.repeat(80)}\` in it`)).toBe(`${verdict} …`);
    expect(shortTitle(`${verdict}: there is "a, b: ${'c'.repeat(80)}" in it`)).toBe(`${verdict} …`);
    expect(shortTitle(`${verdict}: there is (a, b: ${'c'.repeat(80)}) in it`)).toBe(`${verdict} …`);
  });

  it('is bounded where it has no clause', () => {
    expect(shortTitle('x'.repeat(100_000))).toHaveLength(140);
  });
});
