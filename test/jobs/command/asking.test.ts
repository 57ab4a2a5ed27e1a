import { describe, expect, it } from 'vitest';
import { acmeShop as shop } from '../../acme-shop.ts';
import { ForgeWorld, settings } from '../forge-world.ts';

const at = '2026-11-20T14:00:11Z';

describe('/help', () => {
  it('lists what there is, to whoever may only read', async () => {
    const world = await opened();
    const { reply, reactions } = await say(world, '/help');
    for (const usage of ['/plan', '/confirm [DIGEST]', '/sync [environment]', '/status [environment]', '/help']) {
      expect(reply).toContain(`\`${usage}\``);
    }
    expect(reactions).toEqual(['+1']);
    expect(world.queue.asks).toEqual([]);
  });
});

describe('/status', () => {
  it('says where each environment of the base branch stands, and since when', async () => {
    const world = await opened();
    const commit = await world.tip();
    await world.records.saveReport({
      repository: shop,
      environment: 'staging',
      cluster: 'staging',
      commit,
      at,
      state: { kind: 'converged', objects: 3, tookMs: 8_000, url: 'https://shop.example.com/' },
    });
    const { reply } = await say(world, '/status');
    expect(reply).toContain(
      `* **staging** (cluster \`staging\`, namespace \`shop-staging\`): converged: 3 objects in 8 s (${commit.slice(0, 7)}, 2 minutes ago) · [shop.example.com/](<https://shop.example.com/>)`,
    );
    expect(reply).toContain(
      '**production** (cluster `production`, namespace `shop`): nothing is known of a release here',
    );
  });

  it('says what the commit says where Redis was wiped', async () => {
    const world = await opened();
    const commit = await world.tip();
    const said = {
      context: 'fairlead/staging',
      state: 'failure',
      description: 'diverged: web',
      targetUrl: null,
    } as const;
    await world.forge.setStatus(shop, commit, said);
    expect((await say(world, '/status staging')).reply).toContain(`${commit.slice(0, 7)} says: diverged: web`);
  });

  it('offers the nearest of what there is', async () => {
    const { reply, reactions } = await say(await opened(), '/status stagin');
    expect(reply).toContain('Did you mean `/status staging`?');
    expect(reactions).toEqual(['confused']);
  });
});

describe('/explain', () => {
  it('says why each environment is in or out, with files, renderer and versions', async () => {
    const world = await opened();
    world.git.commit('main', {
      '.github/fairlead.yml': `${settings}  edge: { cluster: staging, path: deploy/edge, namespace: shop-edge, follow: next }\n`,
    });
    await world.inspect(1);
    const { reply } = await say(world, '/explain');
    expect(reply).toContain(
      '* **staging**: in, because it renders differently at base and merge result (path `deploy/staging`',
    );
    expect(reply).toContain(
      'Rendered by Fairlead from plain YAML: 1 manifest. What differs comes from `deploy/staging/web.yaml`.',
    );
    expect(reply).toContain('* **production**: out, because it renders the same');
    expect(reply).toContain('* **edge**: out, because it follows `next` and this pull request goes into `main`.');
  });

  it('has what was not looked at yet looked at, and says so', async () => {
    const world = await opened();
    expect((await say(world, '/explain staging')).reply).toContain('is being looked at');
    expect(world.queue.askedFor('inspect-pull-request')).toMatchObject([{ number: 1 }]);
  });

  it('says what the operator does not allow', async () => {
    const world = await opened();
    world.clusters = world.clusters.filter(({ name }) => name !== 'production');
    await world.inspect(1);
    expect((await say(world, '/explain production')).reply).toContain('out, because the operator names no cluster');
  });
});

async function opened(): Promise<ForgeWorld> {
  const world = new ForgeWorld();
  await world.open({ 'deploy/staging/web.yaml': 'web 2' });
  return world;
}

/** In the words of somebody who may only read. */
async function say(world: ForgeWorld, text: string) {
  const comment = world.forge.addComment(shop, 1, text, { author: 'eve' });
  await world.run(world.commands(comment));
  const own = (await world.forge.comments(shop, 1)).filter((one) => one.own);
  return { reply: own.at(-1)?.body ?? '', reactions: world.forge.reactions(comment) };
}
