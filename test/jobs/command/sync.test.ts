import { describe, expect, it } from 'vitest';
import { readConfirmations } from '../../../src/domain/marker.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import { aReport } from '../../present/sample-view.ts';
import { type ForgeWorld, settings } from '../forge-world.ts';
import { digest, merged, opened, releaseWaits, replies, say } from '../waiting-world.ts';
import { wantedOf } from '../wanted.ts';

describe('/sync', () => {
  it('asks for the release of the branch’s tip, in the name of who asked', async () => {
    const { world } = await merged();
    const comment = await say(world, '/sync staging');
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ asked: { kind: 'sync', by: 'grace' } });
    expect(world.waitingFor('converge-environment')).toEqual(['staging']);
    expect(world.forge.reactions(comment)).toEqual(['+1']);
    expect(replies(world)).toEqual([expect.stringContaining(`**staging**: converging to ${await shortTip(world)}`)]);
  });

  it('answers for each environment what is asked of it, in one reply that is edited', async () => {
    const { world } = await merged();
    const comment = await say(world, '/sync');
    const tip = await shortTip(world);
    expect(replies(world)[0]).toContain(
      `* **staging**: converging to ${tip}\n* **production**: waits at ${tip}: staging has not converged on it yet`,
    );
    await world.records.saveReport(
      aReport('staging', { kind: 'converged', objects: 1, tookMs: 1, url: null }, await world.tip()),
    );
    await world.run(world.commands(comment));
    expect(replies(world)).toHaveLength(1);
    expect(replies(world)[0]).toContain(`* **production**: converging to ${tip}`);
  });

  it('says what keeps an environment from being released', async () => {
    const { world } = await merged();
    world.clusters = [];
    const comment = await say(world, '/sync staging');
    expect(replies(world)[0]).toContain(`**staging**: nothing is released at ${await shortTip(world)}: not allowed`);
    expect(world.forge.reactions(comment)).toEqual(['confused']);
    expect(world.queue.asks).toEqual([]);
  });

  it('of an environment that follows another branch says which, and whether it is there', async () => {
    const { world } = await merged();
    world.git.commit('main', {
      '.github/fairlead.yml': `${settings}  edge: { cluster: staging, path: deploy/edge, namespace: shop-edge, follow: next }\n`,
    });
    await say(world, '/sync edge');
    expect(replies(world)[0]).toContain('**edge**: follows `next`; there is no such branch');
  });

  it('beside a pull request that is not merged says that nothing of it is in that', async () => {
    const { world } = await opened();
    await say(world, '/sync staging');
    expect(replies(world)[0]).toContain('not merged');
  });

  it('after /confirm in one comment loses neither answer, however often the job runs', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    const comment = await say(world, `/confirm ${digest}\n/sync staging`);
    const answered = replies(world);
    expect(readConfirmations(answered)).toEqual([{ digest, by: 'grace' }]);
    expect(answered[0]).toContain('**staging**: converging');
    expect((await wantedOf(world, 'staging')).confirmations).toEqual([{ digest, by: 'grace' }]);
    await world.run(world.commands(comment));
    expect(replies(world)).toEqual(answered);
  });

  it('gives way to a push that came while it was at work', async () => {
    const { world } = await merged();
    const history = world.git.history.bind(world.git);
    let pushed = '';
    world.git.history = async (...asked) => {
      // The command has read the tip; a newer one is desired before it writes.
      world.git.history = history;
      pushed = world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
      await world.push();
      return history(...asked);
    };
    await say(world, '/sync staging');
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ commit: pushed, asked: { kind: 'sync' } });
  });

  it('of an environment that does not exist names those that do', async () => {
    const { world } = await merged();
    await say(world, '/sync stagin');
    expect(replies(world)[0]).toContain('staging');
    expect(world.queue.asks).toEqual([]);
  });
});

async function shortTip(world: ForgeWorld): Promise<string> {
  return (await world.tip()).slice(0, 7);
}
