import { beforeEach, describe, expect, it } from 'vitest';
import type { PullRequest } from '../../../src/domain/pull-request.ts';
import { pullsInGroup } from '../../../src/jobs/confirm/pulls-in-group.ts';
import type { Git } from '../../../src/ports/git.ts';
import type { Records } from '../../../src/ports/records.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import { aChange, anInspection, aPlan, planned } from '../../present/sample-view.ts';
import { ForgeWorld } from '../forge-world.ts';

const most = 6;

describe('The pull requests that a queue squashed', () => {
  let world: ForgeWorld;
  const merges: string[] = [];
  let readAtOnce = 0;
  let opened = 0;
  beforeEach(() => {
    world = new ForgeWorld();
    merges.length = 0;
    readAtOnce = 0;
  });

  const deletes = (name: string) =>
    aChange({ kind: 'ConfigMap', name }, { action: 'delete', effect: `deletes ${name}` });

  /** Merged before, and not released yet: all plans have it. */
  const waiting = { ...deletes('old'), fromPullRequest: false };

  async function plannedPull(): Promise<PullRequest> {
    const pull = await world.open({ [`deploy/staging/${(opened += 1)}.yaml`]: 'new' });
    const record = planned(aPlan('staging', [deletes(`${pull.number}`), waiting]));
    await world.records.savePlan(shop, pull.number, 'staging', { ...record, head: pull.head.commit });
    return pull;
  }

  async function found(pulls: readonly PullRequest[]) {
    const base = await world.tip();
    const branch = `gh-readonly-queue/main/pr-${pulls.at(-1)?.number}-${base}`;
    world.git.point(branch, base);
    for (const { head } of pulls) {
      const before = (await world.git.tip(shop, branch)) ?? '';
      world.git.mergeInto(branch, head.commit);
      world.git.squash(branch, before);
    }
    const head = (await world.git.tip(shop, branch)) ?? '';
    const git: Pick<Git, 'history' | 'fetchCommit' | 'tree' | 'parents' | 'merge'> = {
      history: (...of) => world.git.history(...of),
      fetchCommit: (...of) => world.git.fetchCommit(...of),
      tree: (...of) => world.git.tree(...of),
      parents: (...of) => world.git.parents(...of),
      merge: (repository, onto, of) => {
        merges.push(`${onto} ${of}`);
        return world.git.merge(repository, onto, of);
      },
    };
    const group = anInspection([], { repository: shop, head, base, baseRef: 'main', queue: branch });
    const plan = aPlan('staging', [...pulls.map(({ number }) => deletes(`${number}`)), waiting]);
    let reading = 0;
    const records: Pick<Records, 'plan'> = {
      plan: async (...of) => {
        reading += 1;
        readAtOnce = Math.max(readAtOnce, reading);
        const record = await world.records.plan(...of);
        reading -= 1;
        return record;
      },
    };
    const ports = { forge: world.forge, git, records };
    return await pullsInGroup(group, pulls.at(-1)?.number ?? 0, [plan], ports);
  }

  it('are found by what is in it, and no two are merged into the same commit twice', async () => {
    const pulls: PullRequest[] = [];
    for (let number = 0; number < most; number++) pulls.push(await plannedPull());
    expect((await found(pulls)).map(({ number }) => number)).toEqual(pulls.map(({ number }) => number));
    expect(merges).toHaveLength(new Set(merges).size);
    expect(merges.length).toBeLessThanOrEqual(most * most);
  });

  it('are looked for among those that bring something of it, of which one plan is read at a time', async () => {
    const [first, last] = [await plannedPull(), await plannedPull()];
    for (let number = 0; number < most; number++) await plannedPull();
    expect((await found([first, last])).map(({ number }) => number)).toEqual([first.number, last.number]);
    expect(new Set(merges.map((merge) => merge.split(' ')[1])).size).toBe(2);
    expect(readAtOnce).toBe(1);
  });
});
