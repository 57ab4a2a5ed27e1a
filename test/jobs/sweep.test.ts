import { describe, expect, it } from 'vitest';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld } from './forge-world.ts';

/** A world with so many repositories in as many installations. */
function worldWith(installations: number, repositories: number): ForgeWorld {
  const world = new ForgeWorld();
  world.forge.removeRepository(shop);
  for (let installation = 1; installation <= installations; installation += 1) {
    for (let id = 1; id <= repositories; id += 1) {
      world.forge.addRepository({ id: installation * 10_000 + id, owner: 'acme', name: `shop-${id}`, installation });
    }
  }
  return world;
}

describe('the sweep', () => {
  it('asks for each installation by itself, and of each for its repositories', async () => {
    const world = worldWith(2, 2);
    await world.run({ kind: 'sweep-installations' });
    expect(world.queue.askedFor('sweep')).toMatchObject([{ installation: 1 }, { installation: 2 }]);
    await world.run({ kind: 'sweep', installation: 2 });
    expect(world.queue.askedFor('sweep-repository')).toMatchObject([
      { repository: { id: 20_001 } },
      { repository: { id: 20_002 } },
    ]);
  });

  it('begins at once, and lets a hundred repositories begin one after another, after everything else', async () => {
    const world = worldWith(1, 100);
    await world.run({ kind: 'sweep', installation: 1 });
    const options = world.queue.asks.map((ask) => ask.options);
    expect(new Set(options.map(({ priority }) => priority))).toEqual(new Set(['low']));
    expect(options.map(({ delayMs }) => delayMs)).toEqual(Array.from({ length: 100 }, (_, index) => index * 1_000));
  });

  it('is through with thousands before the next one begins', async () => {
    const world = worldWith(1, 2_000);
    await world.run({ kind: 'sweep', installation: 1 });
    const delays = world.queue.asks.map(({ options }) => options.delayMs ?? 0);
    expect(Math.max(...delays)).toBeLessThan(world.sweepMs);
    expect(Math.max(...delays)).toBeGreaterThan(world.sweepMs * 0.9);
  });
});
