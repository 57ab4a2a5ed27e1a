import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenClusterAccess } from '../../../src/adapters/kubernetes/open-cluster-access.ts';
import type { AllowRule } from '../../../src/domain/allowance.ts';
import { patient } from '../../adapters/kubernetes/open-access.ts';
import { configMap, deployment, inNamespace, object, objectIn, secret } from '../../objects.ts';
import { type SharedCluster, sharedCluster } from '../../shared-cluster.ts';
import { Death } from '../death.ts';
import { openRealWorld, type RealWorld } from '../real-world.ts';

const first = 'a'.repeat(40);
const second = 'b'.repeat(40);
const service = object('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
const claim = object('v1', 'PersistentVolumeClaim', 'data', {
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

function statefulSet(replicas: number, whenScaled: 'Retain' | 'Delete') {
  const labels = { app: 'db' };
  return object('apps/v1', 'StatefulSet', 'db', {
    spec: {
      replicas,
      serviceName: 'db',
      podManagementPolicy: 'Parallel',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'db', image: 'db:1' }] } },
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim['spec'] ?? {} }],
    },
  });
}

/** On a real API server with controllers, a scheduler and fake nodes. */
describe('a release on a real cluster', () => {
  let cluster: SharedCluster;
  let access: OpenClusterAccess;
  let world: RealWorld;

  beforeAll(async () => {
    cluster = await sharedCluster('full');
  });
  beforeEach(async () => {
    world = await worldWith({});
  });
  afterEach(() => access.close());

  async function worldWith(more: Partial<Pick<AllowRule, 'namespaces' | 'clusterScoped'>>): Promise<RealWorld> {
    const opened = await openRealWorld(cluster, more);
    ({ access } = opened);
    return opened;
  }

  it('applies a Deployment with its configuration and Service, and says when it got there', async () => {
    const state = await world.release(first, [
      configMap('web', { A: '1' }),
      secret('web', { B: '2' }),
      deployment('web'),
      service,
    ]);
    expect(state).toMatchObject({ kind: 'converged', objects: 4, url: null });
    expect(await world.names('apps/v1', 'Deployment')).toEqual(['web']);
    const live = await world.read('apps/v1', 'Deployment', 'web');
    expect(live).toMatchObject({ status: { readyReplicas: 3 } });
    const ledger = await world.ledger();
    expect(ledger).toMatchObject({ attempt: null, released: { commit: first, phase: 'converged' } });
    expect(ledger?.inventory.find(({ kind }) => kind === 'Deployment')?.uid).toBe(live?.metadata.uid);
  });

  it('updates, and deletes what Git dropped once the new pods run', async () => {
    await world.release(first, [configMap('web', { A: '1' }), configMap('old', {}), deployment('web')]);
    const state = await world.release(second, [configMap('web', { A: '2' }), deployment('web', { image: 'web:2' })]);
    expect(state).toMatchObject({ kind: 'converged', objects: 2 });
    expect(await world.names('v1', 'ConfigMap')).not.toContain('old');
    expect((await world.ledger())?.inventory).toHaveLength(2);
  });

  it('says diverged with the image that cannot be pulled, and keeps what the old pods stand on', async () => {
    world.environment = { ...world.environment, healthTimeoutMs: 3_000 };
    await world.release(first, [configMap('old', {}), deployment('web')]);
    const state = await world.release(second, [deployment('web', { image: 'registry.example.com/web:broken' })]);
    expect(state).toMatchObject({ kind: 'diverged' });
    expect(state?.kind === 'diverged' ? state.reasons.join() : '').toMatch(
      /^Deployment\/web: (ErrImagePull|ImagePullBackOff): image "registry\.example\.com\/web:broken", \d of 3 pods \w+/,
    );
    expect(await world.names('v1', 'ConfigMap')).toContain('old');
    // The way out is a commit like any other.
    expect(await world.release(first, [configMap('old', {}), deployment('web')])).toMatchObject({ kind: 'converged' });
  });

  it('names a crashing container', async () => {
    world.environment = { ...world.environment, healthTimeoutMs: 3_000 };
    const state = await world.release(first, [deployment('web', { image: 'web:crashing', replicas: 1 })]);
    expect(state?.kind === 'diverged' ? state.reasons.join() : '').toContain('CrashLoopBackOff');
  });

  it('applies nothing where the API server refuses one object', async () => {
    const wrong = deployment('web', { extra: { ports: [{ containerPort: 99_999 }] } });
    const state = await world.release(first, [configMap('web', {}), wrong]);
    expect(state).toMatchObject({ kind: 'blocked' });
    expect(await world.names('v1', 'ConfigMap')).not.toContain('web');
    expect(await world.ledger()).toBeNull();
  });

  it('waits for a second person before it deletes a volume claim, then for the claim to be gone', async () => {
    await world.release(first, [configMap('web', {}), claim]);
    const waiting = await world.release(second, [configMap('web', {})]);
    expect(waiting).toMatchObject({ kind: 'waiting' });
    const digest = waiting?.kind === 'waiting' ? (waiting.confirmDigest ?? '') : '';
    const confirmed = await world.release(second, [configMap('web', {})], { confirmations: [{ digest, by: 'bob' }] });
    expect(confirmed).toMatchObject({ kind: 'converged' });
    expect(await world.names('v1', 'PersistentVolumeClaim')).toEqual([]);
  });

  it('waits for a second person before scaling down deletes volume claims, and names them', async () => {
    world.environment = { ...world.environment, healthTimeoutMs: 3_000 };
    const { namespace } = world.environment;
    await world.release(first, [statefulSet(2, 'Retain')]);
    const names = ['data-db-0', 'data-db-1'];
    await expect.poll(() => world.names('v1', 'PersistentVolumeClaim'), { timeout: 20_000 }).toEqual(names);
    const waiting = await world.release(second, [statefulSet(0, 'Delete')]);
    expect(waiting?.kind === 'waiting' ? waiting.reason : '').toContain(
      `deletes 2 volume claims of StatefulSet ${namespace}/db and their data (data-db-0, data-db-1)`,
    );
    const digest = waiting?.kind === 'waiting' ? (waiting.confirmDigest ?? '') : '';
    await world.release(second, [statefulSet(0, 'Delete')], { confirmations: [{ digest, by: 'bob' }] });
    await expect.poll(() => world.names('v1', 'PersistentVolumeClaim'), { timeout: 20_000 }).toEqual([]);
  });

  it('deletes nothing because the settings changed its path, before a second person agrees', async () => {
    await world.release(first, [configMap('web', {}), configMap('left', {})]);
    world.environment = { ...world.environment, path: 'deploy/moved' };
    const waiting = await world.release(second, [configMap('web', {})]);
    expect(waiting).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('path changed') as string });
    expect(await world.names('v1', 'ConfigMap')).toContain('left');
    const digest = waiting?.kind === 'waiting' ? (waiting.confirmDigest ?? '') : '';
    const confirmed = await world.release(second, [configMap('web', {})], { confirmations: [{ digest, by: 'bob' }] });
    expect(confirmed).toMatchObject({ kind: 'converged' });
    expect(await world.names('v1', 'ConfigMap')).not.toContain('left');
  });

  it('takes for no difference how the API server writes a quantity, a default or an equal Service', async () => {
    const resources = { requests: { cpu: '1000m', memory: '1024Mi' } };
    const state = await world.release(first, [deployment('web', { extra: { resources } }), service, claim]);
    expect(state).toMatchObject({ kind: 'converged', objects: 3 });
  });

  it('makes a namespace and a kind, and what lives in them, in one go', async () => {
    const extra = `${world.environment.namespace}-extra`;
    const group = `${world.environment.namespace}.example.com`;
    await access.close();
    world = await worldWith({ namespaces: [extra], clusterScoped: ['Namespace', 'CustomResourceDefinition'] });
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `widgets.${group}`, {
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind: 'Widget', plural: 'widgets' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    });
    const objects = [
      objectIn(extra, `${group}/v1`, 'Widget', 'one', { spec: { size: 3 } }),
      inNamespace(extra, deployment('web')),
      definition,
      object('v1', 'Namespace', extra),
    ];
    expect(await world.release(first, objects)).toMatchObject({ kind: 'converged', objects: 4 });
    const waiting = await world.release(second, [configMap('rest', {})]);
    const digest = waiting?.kind === 'waiting' ? (waiting.confirmDigest ?? '') : '';
    const confirmed = await world.release(second, [configMap('rest', {})], { confirmations: [{ digest, by: 'bob' }] });
    expect(confirmed).toMatchObject({ kind: 'converged', objects: 1 });
    const query = { apiVersion: 'v1', kind: 'Namespace', namespace: null, labelSelector: null };
    expect((await access.own.list(query, patient)).map(({ metadata }) => metadata.name)).not.toContain(extra);
  });

  it('goes on behind a kind that is served only once its controller has given it a certificate', async () => {
    const group = `${world.environment.namespace}.example.org`;
    await access.close();
    world = await worldWith({ clusterScoped: ['CustomResourceDefinition'] });
    world.environment = { ...world.environment, healthTimeoutMs: 1_000, settleMs: 0 };
    const schema = { openAPIV3Schema: { type: 'object' } };
    const service = { name: 'webhook', namespace: world.environment.namespace, path: '/convert' };
    // As MetalLB 0.13.0 ships it: no certificate yet.
    const webhook = { clientConfig: { caBundle: 'Cg==', service }, conversionReviewVersions: ['v1'] };
    const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `gadgets.${group}`, {
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind: 'Gadget', plural: 'gadgets' },
        conversion: { strategy: 'Webhook', webhook },
        versions: [
          { name: 'v1', served: true, storage: true, schema },
          { name: 'v2', served: true, storage: false, schema },
        ],
      },
    });
    const state = await world.release(first, [definition, configMap('controller', { A: '1' })]);
    expect(await world.read('v1', 'ConfigMap', 'controller')).not.toBeNull();
    expect(state).toMatchObject({ kind: 'diverged', reasons: [expect.stringContaining(`gadgets.${group}`)] });
  });

  it.each(['private', 'public'] as const)(
    'shows what somebody set by hand only to those who may read the repository: %s',
    async (visibility) => {
      await world.release(first, [configMap('web', { A: 'from Git' }), claim]);
      const byHand = configMap('web', { A: 'set by hand' });
      const { namespace } = world.environment;
      const there = { ...byHand, metadata: { ...byHand.metadata, namespace } };
      await access.own.apply({ object: there, dryRun: false, force: true, uid: null }, patient);
      const waiting = await world.release(second, [configMap('web', { A: 'new from Git' })], { visibility });
      const plan = waiting?.kind === 'waiting' ? waiting.plan : null;
      expect(JSON.stringify(plan)).toContain('new from Git');
      expect(JSON.stringify(plan).includes('set by hand')).toBe(visibility === 'private');
    },
  );

  it.each([3, 6, 9])('goes on where it was killed, right after its write number %i', async (step) => {
    await world.release(first, [configMap('web', { A: '1' }), configMap('old', {}), deployment('web')]);
    const death = new Death(step, 'after');
    world.wrap = (ports) => death.around(ports);
    const after = [configMap('web', { A: '2' }), configMap('new', {}), deployment('web', { image: 'web:2' }), service];
    await expect(world.release(second, after)).rejects.toThrow('killed');
    death.revive();
    expect(await world.release(second, after)).toMatchObject({ kind: 'converged', objects: 4 });
    const living = await Promise.all(['new', 'web'].map((name) => world.read('v1', 'ConfigMap', name)));
    const ledger = await world.ledger();
    const listed = ledger?.inventory.filter(({ kind }) => kind === 'ConfigMap').map(({ uid }) => uid);
    expect(new Set(listed)).toEqual(new Set(living.map((one) => one?.metadata.uid)));
    expect(ledger).toMatchObject({ attempt: null, released: { commit: second, phase: 'converged' } });
  });

  it('makes an object anew that cannot be changed, once the finalizer of the old one lets it go', async () => {
    const opted = { annotations: { 'fairlead.dev/replace': 'true' } };
    const fixed = (data: Readonly<Record<string, string>>) => {
      const { metadata, ...rest } = configMap('fixed', data);
      return { ...rest, metadata: { ...metadata, ...opted }, immutable: true };
    };
    await world.release(first, [fixed({ A: '1' })]);
    const path = `/api/v1/namespaces/${world.environment.namespace}/configmaps/fixed`;
    const hold = (finalizers: readonly string[]) =>
      cluster.admin.request('PATCH', path, { metadata: { finalizers: finalizers.length === 0 ? null : finalizers } });
    await hold(['example.com/hold']);
    const old = await world.read('v1', 'ConfigMap', 'fixed');
    let runs = 0;
    world.wrap = (ports) => ({
      ...ports,
      queue: {
        ask: async (job, options) => {
          // What it waits for is gone before the second time that it asks again.
          if (job.kind === 'converge-environment' && ++runs === 2) await hold([]);
          return ports.queue.ask(job, options);
        },
      },
    });
    expect(await world.release(second, [fixed({ A: '2' })])).toMatchObject({ kind: 'converged', objects: 1 });
    expect(runs).toBe(2);
    const made = await world.read('v1', 'ConfigMap', 'fixed');
    expect(made).toMatchObject({ data: { A: '2' } });
    expect(made?.metadata.uid).not.toBe(old?.metadata.uid);
    expect((await world.ledger())?.inventory).toMatchObject([{ name: 'fixed', uid: made?.metadata.uid }]);
  });

  it('does not delete what Git holds under the other group of its kind', async () => {
    const { namespace } = world.environment;
    const involved = { namespace, kind: 'Pod', name: 'web' };
    const newer = object('events.k8s.io/v1', 'Event', 'moves', {
      regarding: involved,
      eventTime: '2026-11-21T18:00:00.000000Z',
      reportingController: 'example.com/shop',
      reportingInstance: 'shop',
      action: 'Move',
      reason: 'Moved',
      type: 'Normal',
    });
    const older = object('v1', 'Event', 'moves', {
      involvedObject: involved,
      eventTime: '2026-11-21T18:00:00.000000Z',
      reportingComponent: 'example.com/shop',
      reportingInstance: 'shop',
      action: 'Move',
      reason: 'Moved',
      type: 'Normal',
    });
    await world.release(first, [newer]);
    const before = await world.read('v1', 'Event', 'moves');
    expect(await world.release(second, [older])).toMatchObject({ kind: 'converged', objects: 1 });
    expect((await world.read('v1', 'Event', 'moves'))?.metadata.uid).toBe(before?.metadata.uid);
    expect((await world.ledger())?.inventory).toMatchObject([{ group: '', kind: 'Event', uid: before?.metadata.uid }]);
  });
});
