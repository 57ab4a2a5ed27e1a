import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { configMap, deployment, inNamespace, object, secret } from '../objects.ts';
import { allow, around, changeOf, ledgerOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('plan');
});
afterAll(async () => await world?.close());

describe('A plan', () => {
  it('creates, updates, deletes and counts the unchanged', async () => {
    const stage = await world.namespace('whole');
    const [kept, changed, dropped] = ['kept', 'changed', 'dropped'].map((name) => configMap(name, { a: '1' }));
    const released = [kept, changed, dropped] as readonly KubernetesObject[];
    const ledger = await stage.release(...released);
    const merged = [released[0] as KubernetesObject, configMap('changed', { a: '2' }), configMap('new', { a: '1' })];
    const { plan, objects } = await stage.plan({ ledger, released, merged });
    expect(plan.changes.map(({ action, identity }) => `${action} ${identity.name}`)).toEqual([
      'delete dropped',
      'update changed',
      'create new',
    ]);
    expect(plan).toMatchObject({ unchanged: 1, problems: [], confirmReasons: [], namespace: 'whole' });
    expect(plan.clusterVersion).toMatch(/^v1\./);
    expect(objects.map(({ reference }) => reference.name).toSorted()).toEqual(['changed', 'dropped', 'kept', 'new']);
    expect(plan.changes[1]?.diff).toBe(" data:\n-  a: '1'\n+  a: '2'");
  });

  it('says whose pods go on with the old values, and who still names what is deleted', async () => {
    const stage = await world.namespace('referrers');
    const envFrom = ['read', 'gone'].map((name) => ({ configMapRef: { name } }));
    const web = deployment('web', { extra: { envFrom } });
    const released = [web, configMap('read', { a: '1' }), configMap('gone', {}), configMap('unread', { a: '1' })];
    const ledger = await stage.release(...released);
    const merged = [web, configMap('read', { a: '2' }), configMap('unread', { a: '2' })];
    const { plan } = await stage.plan({ ledger, released, merged });
    const workloads = [{ group: 'apps', kind: 'Deployment', namespace: 'referrers', name: 'web' }];
    expect(plan.changes.map(({ identity, effects }) => [identity.name, effects])).toEqual([
      ['gone', [{ kind: 'leaves-without', workloads }]],
      ['read', [{ kind: 'restarts-nothing', workloads }]],
      ['unread', []],
    ]);
  });

  it('keeps what Git holds under the other group of its kind, and does not call it new', async () => {
    const stage = await world.namespace('regrouped');
    const common = { eventTime: '2026-11-21T18:00:00.000000Z', reportingInstance: 'a', action: 'a', reason: 'a' };
    const pod = { namespace: 'regrouped', kind: 'Pod', name: 'web' };
    const newer = { ...common, regarding: pod, reportingController: 'example.com/a', type: 'Normal' };
    const older = { ...common, involvedObject: pod, reportingComponent: 'example.com/a', type: 'Normal' };
    const released = [object('events.k8s.io/v1', 'Event', 'moves', newer)];
    const ledger = await stage.release(...released);
    const { plan } = await stage.plan({ ledger, released, merged: [object('v1', 'Event', 'moves', older)] });
    expect(plan.changes).toEqual([]);
    expect(plan.problems.map(({ message }) => message)).toEqual([
      'Event regrouped/moves: it stays: Git holds the same object as v1 Event regrouped/moves',
    ]);
  });

  it('has the digest of the release that follows it, and another one once something else changes', async () => {
    const stage = await world.namespace('digest');
    const released = [
      deployment('web'),
      configMap('c', { a: '1' }),
      configMap('dropped', {}),
      secret('s', { key: 'value-one' }),
    ];
    const ledger = await stage.release(...released);
    const merged = [
      deployment('web', { image: 'web:2' }),
      configMap('c', { a: '2' }),
      secret('s', { key: 'value-two' }),
      configMap('new', {}),
    ];
    const pullRequest = await stage.plan({ ledger, released, merged });
    const release = await stage.plan({ ledger, released, base: released, merged, change: { visibility: 'public' } });
    expect(release.plan.digest).toBe(pullRequest.plan.digest);
    expect(pullRequest.plan.digest).toMatch(/^[0-9a-f]{64}$/);
    await stage.edit('/api/v1/namespaces/digest/configmaps/c', { metadata: { annotations: { by: 'somebody' } } });
    expect((await stage.plan({ ledger, released, merged })).plan.digest).toBe(pullRequest.plan.digest);
    await stage.edit('/api/v1/namespaces/digest/configmaps/c', { data: { a: '7' } });
    expect((await stage.plan({ ledger, released, merged })).plan.digest).not.toBe(pullRequest.plan.digest);
    const others = [...merged.slice(0, 3), configMap('new', { a: 'more' })];
    expect((await stage.plan({ ledger, released, merged: others })).plan.digest).not.toBe(pullRequest.plan.digest);
  });

  it('masks the values of Secrets wherever they stand', async () => {
    const stage = await world.namespace('masked');
    const released = [secret('db', { password: 'hunter22-old', user: 'shop' })];
    const ledger = await stage.release(...released);
    const leaking = configMap('leak', { url: 'postgres://shop:hunter22-new@db', encoded: btoa('hunter22-new') });
    const merged = [secret('db', { password: 'hunter22-new', user: 'shop', more: 'added' }), leaking];
    const { plan } = await stage.plan({ ledger, released, merged });
    expect(JSON.stringify(plan)).not.toMatch(/hunter22|aHVudGVyMj/);
    expect(changeOf({ plan, objects: [], orphaned: [] }, 'Secret', 'db').diff.split('\n')).toEqual([
      ' data:',
      '+  more: •••••',
      '-  password: ••••• (before)',
      '+  password: ••••• (after)',
    ]);
    expect(changeOf({ plan, objects: [], orphaned: [] }, 'ConfigMap', 'leak').diff).toContain(
      '+  url: postgres://shop:•••••@db',
    );
  });

  it('does not delete everything for an empty rendering', async () => {
    const stage = await world.namespace('empty');
    const released = [configMap('a', {}), configMap('b', {})];
    const ledger = await stage.release(...released);
    for (const merged of [null, []]) {
      const { plan } = await stage.plan({ ledger, released, merged });
      expect(plan.changes.map((change) => `${change.action} ${reasonOf(change)?.code}`)).toEqual(
        Array(2).fill('blocked refused-manifest'),
      );
      expect(plan.problems[0]?.message).toContain('an empty rendering deletes nothing');
    }
  });

  it('waits for a second person where it deletes what the settings name', async () => {
    const stage = await world.namespace('confirm');
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    const released = [object('v1', 'PersistentVolumeClaim', 'cache', { spec }), configMap('a', {}), configMap('b', {})];
    const ledger = await stage.release(...released);
    const merged = [configMap('other', {})];
    const { plan } = await stage.plan({ ledger, released, merged });
    expect(plan.confirmReasons).toEqual(['deletes PersistentVolumeClaim confirm/cache']);
    const confirm = { deletions: 2, kinds: [] };
    const strict = await stage.plan({ ledger, released, merged, environment: { confirm } });
    expect(strict.plan.confirmReasons).toEqual(['deletes or replaces 3 objects, more than 2']);
  });
});

describe('What is no longer in Git', () => {
  it('is not deleted where inventory, label and UID disagree', async () => {
    const stage = await world.namespace('mismatch');
    const released = [configMap('again', {}), configMap('unlabelled', {}), configMap('kept', {})];
    const ledger = await stage.release(...released);
    await world.cluster.admin.request('DELETE', '/api/v1/namespaces/mismatch/configmaps/again');
    await world.cluster.admin.apply('/api/v1/namespaces/mismatch/configmaps/again', configMap('again', {}));
    const label = { metadata: { labels: { 'applyset.kubernetes.io/part-of': null } } };
    await stage.edit('/api/v1/namespaces/mismatch/configmaps/unlabelled', label);
    const { plan } = await stage.plan({ ledger, released, merged: [configMap('kept', {})] });
    expect(plan.changes.map((change) => `${change.identity.name} ${reasonOf(change)?.code}`)).toEqual([
      'again identity-mismatch',
      'unlabelled identity-mismatch',
    ]);
  });

  it('and was never released stays, which is said', async () => {
    const stage = await world.namespace('stays');
    await world.cluster.admin.apply('/api/v1/namespaces/stays/configmaps/old', configMap('old', {}));
    const { plan } = await stage.plan({
      base: [configMap('old', {}), configMap('kept', {})],
      merged: [configMap('kept', {})],
    });
    expect(plan.problems).toMatchObject([
      { message: expect.stringMatching(/^ConfigMap stays\/old: .*never released/) },
    ]);
    expect(plan.changes.map(({ identity }) => identity.name)).toEqual(['kept']);
  });

  it('stays where pruning is off', async () => {
    const stage = await world.namespace('no-prune');
    const released = [configMap('old', {}), configMap('kept', {})];
    const ledger = await stage.release(...released);
    const merged = [configMap('kept', {})];
    const { plan } = await stage.plan({ ledger, released, merged, environment: { prune: false } });
    expect(plan).toMatchObject({ changes: [], problems: [{ message: expect.stringContaining('pruning is off') }] });
  });

  it('and was deleted by hand already needs nothing', async () => {
    const stage = await world.namespace('gone');
    const released = [configMap('old', {}), configMap('kept', {})];
    const ledger = await stage.release(...released);
    await world.cluster.admin.request('DELETE', '/api/v1/namespaces/gone/configmaps/old');
    const { plan } = await stage.plan({ ledger, released, merged: [configMap('kept', {})] });
    expect(plan.changes).toEqual([]);
  });
});

describe('What the operator does not allow', () => {
  it('is blocked, and nothing about it is sent to the cluster', async () => {
    const stage = await world.namespace('allowed');
    const role = object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'power', { rules: [] });
    const elsewhere = inNamespace('kube-system', configMap('c', {}));
    const sent: string[] = [];
    const { plan } = await stage.plan({
      ledger: ledgerOf('allowed', [
        { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'old', uid: 'u' },
      ]),
      merged: [role, elsewhere],
      through: (cluster) =>
        around(cluster, {
          live: (references, signal) => {
            sent.push(...references.map(({ name }) => name));
            return cluster.live(references, signal);
          },
          read: () => Promise.reject(new Error('read')),
          apply: () => Promise.reject(new Error('apply')),
          remove: () => Promise.reject(new Error('remove')),
        }),
    });
    expect(plan.changes.map((change) => `${change.identity.name} ${reasonOf(change)?.code}`)).toEqual([
      'c not-allowed',
      'power not-allowed',
      'old not-allowed',
    ]);
    expect(sent).toEqual([]);
  });

  it('is no obstacle once it is', async () => {
    const stage = await world.namespace('cluster-scoped');
    const role = object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'plan-test', { rules: [] });
    // A namespace on a kind that has none is the reader’s habit of some tools: dropped.
    const merged = [inNamespace('cluster-scoped', role)];
    const { plan } = await stage.plan({ merged, change: allow(['cluster-scoped'], ['ClusterRole']) });
    expect(plan.changes).toMatchObject([{ action: 'create', identity: { namespace: null, name: 'plan-test' } }]);
    expect(plan.problems).toEqual([
      {
        file: 'deploy/all.yaml',
        line: 1,
        path: 'metadata.namespace',
        message: 'ClusterRole is a kind outside namespaces: the namespace "cluster-scoped" is left out.',
      },
    ]);
  });
});
