import { describe, expect, it } from 'vitest';
import { RenderingMemory } from '../../../src/adapters/redis/rendering-memory.ts';
import type { Rendering } from '../../../src/domain/rendering.ts';

describe('renderings of lately', () => {
  it('are forgotten when they are too large together, longest unasked first', () => {
    const lately = new RenderingMemory(30);
    for (const name of ['a', 'b', 'c']) lately.keep(name, rendering(name), 10);
    lately.find('a');
    lately.keep('d', rendering('d'), 10);
    expect(['a', 'b', 'c', 'd'].filter((name) => lately.find(name) !== null)).toEqual(['a', 'c', 'd']);
    lately.keep('e', rendering('e'), 20);
    expect(['a', 'c', 'd', 'e'].filter((name) => lately.find(name) !== null)).toEqual(['d', 'e']);
  });

  it('do not make way for one that is too large alone, and count once', () => {
    const lately = new RenderingMemory(30);
    lately.keep('a', rendering('a'), 20);
    lately.keep('b', rendering('b'), 31);
    for (const _ of [1, 2, 3]) lately.keep('a', rendering('a'), 20);
    lately.keep('c', rendering('c'), 10);
    expect(['a', 'b', 'c'].filter((name) => lately.find(name) !== null)).toEqual(['a', 'c']);
  });
});

function rendering(id: string): Rendering {
  return { id, renderer: { kind: 'plain', version: '1' }, manifests: [], passedOver: [], remarks: [] };
}
