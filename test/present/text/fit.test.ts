import { describe, expect, it } from 'vitest';
import { type Block, fitBlocks } from '../../../src/present/text/fit.ts';

describe('blocks that shall fit', () => {
  it('are shown in their order, smaller ones also after one that is too large', () => {
    const blocks = [blockOf('a', 100), blockOf('huge', 5_000), blockOf('b', 100)];
    const { shown, left, free } = fitBlocks(blocks, 1_000);
    expect(shown.map(({ text }) => text)).toEqual([blocks[0]?.text(), blocks[2]?.text()]);
    expect(left.map(({ name }) => name)).toEqual(['huge']);
    expect(free).toBe(1_000 - 2 * 102);
  });

  it('are not written by the thousand where there is no room', () => {
    let written = 0;
    const blocks = Array.from({ length: 1_000 }, (_, index) => ({
      name: `${index}`,
      least: 0,
      text: () => {
        written += 1;
        return 'x'.repeat(300);
      },
    }));
    const { shown, left } = fitBlocks(blocks, 1_000);
    expect(shown).toHaveLength(3);
    expect(left).toHaveLength(997);
    expect(written).toBeLessThan(30);
  });
});

function blockOf(name: string, bytes: number): Block {
  return { name, least: 0, text: () => name.charAt(0).repeat(bytes) };
}
