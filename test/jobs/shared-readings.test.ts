import { describe, expect, it } from 'vitest';
import type { Comments, PullRequests, Statuses } from '../../src/ports/forge.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld, settings as ofShop } from './forge-world.ts';

const names = Array.from({ length: 10 }, (_, index) => `e${index}`);
const settings = `${ofShop}${names.map((name) => `  ${name}: { cluster: staging, path: deploy/${name}, namespace: shop-staging }\n`).join('')}`;

describe('what belongs to a commit', () => {
  it('is read once for all environments of a push', async () => {
    const world = await merged();
    const reads = counting(world);
    // Of the tip, and of the two before it that may wait for its verdict.
    await world.push();
    expect(world.waitingFor('converge-environment')).toEqual(names);
    expect(reads).toEqual({ statuses: 3, pullRequestsOf: 1, comments: 1 });
    const tip = await world.tip();
    expect(names.map((name) => world.forge.status(shop, tip, `fairlead/${name}`)?.state)).toEqual(
      names.map(() => 'pending'),
    );
  });

  it('is read again where a verdict that came meanwhile would be written over', async () => {
    const world = await merged();
    await world.push();
    const overtaken = await world.tip();
    world.git.commit('main', Object.fromEntries(names.map((name) => [`deploy/${name}/web.yaml`, 'web 3'])));
    const statuses = world.forge.statuses.bind(world.forge);
    world.forge.statuses = async (repository, commit) => {
      const read = await statuses(repository, commit);
      // Told just after it was read.
      if (commit === overtaken) {
        const context = 'fairlead/e9';
        await world.forge.setStatus(shop, overtaken, {
          context,
          state: 'success',
          description: 'converged: 1 object',
          targetUrl: null,
        });
      }
      return read;
    };
    await world.push();
    expect(world.forge.status(shop, overtaken, 'fairlead/e0')?.description).toMatch(/^waiting: overtaken by/);
    expect(world.forge.status(shop, overtaken, 'fairlead/e9')?.description).toBe('converged: 1 object');
  });
});

/** A pull request that changes all of them. */
async function merged(): Promise<ForgeWorld> {
  const world = new ForgeWorld();
  world.clusters = world.clusters.map((entry) => ({
    ...entry,
    allow: entry.allow.map((rule) => ({ ...rule, environments: names })),
  }));
  world.git.commit('main', { '.github/fairlead.yml': settings });
  world.merge(await world.open(Object.fromEntries(names.map((name) => [`deploy/${name}/web.yaml`, 'web 2']))));
  return world;
}

type Counted = keyof Pick<Statuses & PullRequests & Comments, 'statuses' | 'pullRequestsOf' | 'comments'>;

function counting({ forge }: ForgeWorld): Record<Counted, number> {
  const reads = { statuses: 0, pullRequestsOf: 0, comments: 0 };
  const { statuses, pullRequestsOf, comments } = forge;
  forge.statuses = (...of) => {
    reads.statuses += 1;
    return statuses(...of);
  };
  forge.pullRequestsOf = (...of) => {
    reads.pullRequestsOf += 1;
    return pullRequestsOf(...of);
  };
  forge.comments = (...of) => {
    reads.comments += 1;
    return comments(...of);
  };
  return reads;
}
