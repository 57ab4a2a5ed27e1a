import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deployment } from '../../objects.ts';
import { type SharedCluster, sharedCluster } from '../../shared-cluster.ts';
import { openRealWorld, type RealWorld } from '../real-world.ts';

const [first, second, third] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

/** On a real API server. */
describe('A field that somebody else holds', () => {
  let cluster: SharedCluster;
  let world: RealWorld;

  beforeAll(async () => {
    cluster = await sharedCluster('full');
  });
  beforeEach(async () => {
    world = await openRealWorld(cluster);
  });
  afterEach(() => world.access.close());

  async function edit(patch: unknown, manager: string): Promise<void> {
    const path = `/apis/apps/v1/namespaces/${world.environment.namespace}/deployments/web`;
    const answer = await cluster.admin.request('PATCH', `${path}?fieldManager=${manager}`, patch);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  }
  const web = async () => (await world.read('apps/v1', 'Deployment', 'web'))?.['spec'];

  it('and Git claims is left as it lives by `conflicts: leave`, release after release, until the settings take it', async () => {
    world.environment = { ...world.environment, conflicts: 'leave' };
    await world.release(first, [deployment('web', { replicas: null })]);
    await edit({ spec: { replicas: 2 } }, 'autoscaler');
    const state = await world.release(second, [deployment('web', { replicas: 3, image: 'web:2' })]);
    expect(state).toMatchObject({ kind: 'converged' });
    expect(await web()).toMatchObject({ replicas: 2, template: { spec: { containers: [{ image: 'web:2' }] } } });
    expect((await world.ledger())?.inventory).toMatchObject([{ left: ['.spec.replicas'] }]);

    await edit({ spec: { replicas: 1 } }, 'autoscaler');
    await world.release(third, [deployment('web', { replicas: 3, image: 'web:3' })]);
    expect(await web()).toMatchObject({ replicas: 1, template: { spec: { containers: [{ image: 'web:3' }] } } });

    world.environment = { ...world.environment, conflicts: 'take' };
    await world.release(first, [deployment('web', { replicas: 3, image: 'web:3' })]);
    expect(await web()).toMatchObject({ replicas: 3 });
    expect((await world.ledger())?.inventory[0]).not.toHaveProperty('left');
  });

  it('and Git does not mention stays by `foreign: report`, and goes by `foreign: remove`, it alone', async () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'DEBUG', value: 'on' },
    ];
    const containers = [{ name: 'web', image: 'web:1', env }];
    await world.release(first, [deployment('web')]);
    await edit({ spec: { template: { spec: { containers } } }, metadata: { labels: { theirs: 'x' } } }, 'kubectl-edit');
    await world.release(second, [deployment('web', { replicas: 2 })]);
    expect(await web()).toMatchObject({ replicas: 2, template: { spec: { containers: [{ env }] } } });

    const rule = { kind: null, name: null, path: '/metadata/labels/theirs', manager: null, line: 1 };
    world.environment = { ...world.environment, foreign: 'remove', ignore: [rule] };
    const state = await world.release(third, [deployment('web', { replicas: 2 })]);
    expect(state).toMatchObject({ kind: 'converged' });
    expect(await web()).toMatchObject({ template: { spec: { containers: [{ env: env.slice(0, 1) }] } } });
    const { metadata } = (await world.read('apps/v1', 'Deployment', 'web')) ?? {};
    expect(metadata).toMatchObject({ labels: { theirs: 'x' }, generation: 4 });
    expect(metadata?.annotations).toHaveProperty(['deployment.kubernetes.io/revision']);
  });
});
