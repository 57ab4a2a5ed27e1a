import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { withQuotas } from '../../../src/plan/relations/quota.ts';
import { objectIn } from '../../objects.ts';
import { judgement } from '../judgements.ts';

const quota = (resource: string, hard: string, used: string, spec: JsonObject = {}) =>
  objectIn('shop', 'v1', 'ResourceQuota', 'q', {
    spec,
    status: { hard: { [resource]: hard }, used: { [resource]: used } },
  });
/** Quotas that live, of which the cluster has counted everything. */
const those = (...living: readonly KubernetesObject[]) => ({ living, counted: () => null });
const config = (name: string, namespace = 'shop') => objectIn(namespace, 'v1', 'ConfigMap', name);
const service = (name: string, type: string, ports: number) =>
  objectIn('shop', 'v1', 'Service', name, {
    spec: { type, ports: Array.from({ length: ports }, () => ({ port: 80 })) },
  });
const claim = (name: string, storage: string) =>
  objectIn('shop', 'v1', 'PersistentVolumeClaim', name, { spec: { resources: { requests: { storage } } } });
const plurals: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Service: 'services',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Deployment: 'deployments.apps',
};

describe('Creations exceed a quota together', () => {
  const two = [config('a'), config('b')];
  it.each([
    ['by count', quota('count/configmaps', '2', '1'), two, true],
    ['by the older name of the count', quota('configmaps', '2', '1'), two, true],
    ['not up to the limit', quota('count/configmaps', '3', '1'), two, false],
    ['not with another kind', quota('count/secrets', '0', '0'), two, false],
    [
      'of a kind with a group',
      quota('count/deployments.apps', '1', '0'),
      [objectIn('shop', 'apps/v1', 'Deployment', 'a'), objectIn('shop', 'apps/v1', 'Deployment', 'b')],
      true,
    ],
    ['not in another namespace', quota('configmaps', '1', '0'), [config('a', 'other'), config('b', 'other')], false],
    [
      'by node ports',
      quota('services.nodeports', '3', '0'),
      [service('a', 'NodePort', 2), service('b', 'LoadBalancer', 2)],
      true,
    ],
    [
      'not by ports that are on no node',
      quota('services.nodeports', '0', '0'),
      [service('a', 'ClusterIP', 2), service('b', 'ClusterIP', 1)],
      false,
    ],
    ['by load balancers', quota('services.loadbalancers', '0', '0'), [service('a', 'LoadBalancer', 1)], true],
    ['by storage', quota('requests.storage', '2Gi', '512Mi'), [claim('a', '1Gi'), claim('b', '1000Mi')], true],
    [
      'not by storage that fits',
      quota('requests.storage', '2Gi', '512Mi'),
      [claim('a', '1Gi'), claim('b', '512Mi')],
      false,
    ],
    ['not where its scopes are about pods', quota('configmaps', '0', '0', { scopes: ['BestEffort'] }), two, false],
    ['not where a quantity cannot be read', quota('configmaps', 'many', '0'), two, false],
    ['not before the cluster has counted', objectIn('shop', 'v1', 'ResourceQuota', 'q', { spec: {} }), two, false],
  ])('%s', (_name, one, objects, exceeded) => {
    const judgements = objects.map((manifest) => judgement(manifest));
    const after = withQuotas(judgements, those(one), ({ subject }) => plurals[subject.reference.kind] ?? null);
    const expected = exceeded ? ['blocked', 'quota'] : ['create', undefined];
    for (const one of after)
      expect([one.action, one.action === 'blocked' ? one.reason.code : undefined]).toEqual(expected);
  });

  it('and updates that take no more never', () => {
    const judgements = [judgement(config('a'), { action: 'update' }), judgement(config('b'), { action: 'delete' })];
    expect(withQuotas(judgements, those(quota('configmaps', '0', '0')), () => 'configmaps')).toEqual(judgements);
  });
});

describe('A quota that the same plan changes', () => {
  const actions = (hard: string) => {
    const wanted = objectIn('shop', 'v1', 'ResourceQuota', 'q', { spec: { hard: { configmaps: hard } } });
    const live = quota('configmaps', '3', '1');
    const changed = judgement(wanted, { action: 'update', live: { kind: 'present', object: live } });
    const made = ['a', 'b'].map((name) => judgement(config(name)));
    const after = withQuotas([changed, ...made], those(live), (one) => plurals[one.subject.reference.kind] ?? null);
    return after.slice(1).map(({ action }) => action);
  };

  it('counts as it will be: raised, it has room, and lowered, it has none', () => {
    expect(actions('4')).toEqual(['create', 'create']);
    expect(actions('2')).toEqual(['blocked', 'blocked']);
  });

  it('has no more room than it will have', () => {
    const live = quota('configmaps', '1', '1');
    const wanted = objectIn('shop', 'v1', 'ResourceQuota', 'q', { spec: { hard: { configmaps: '2' } } });
    const raised = judgement(wanted, { action: 'update', live: { kind: 'present', object: live } });
    const waiting = ['a', 'b'].map((name) => judgement(config(name), { needs: [raised.subject.reference] }));
    const after = withQuotas([raised, ...waiting], those(live), (one) => plurals[one.subject.reference.kind] ?? null);
    expect(after.slice(1).map(({ action }) => action)).toEqual(['blocked', 'blocked']);
    const [, one] = withQuotas([raised, ...waiting.slice(1)], those(live), () => 'configmaps');
    expect(one?.action).toBe('create');
  });
});

describe('A quota on what pods take', () => {
  const pod = (name: string, cpu: string) =>
    objectIn('shop', 'v1', 'Pod', name, {
      spec: { containers: [{ resources: { requests: { cpu } } }, { resources: { requests: { cpu: '100m' } } }] },
    });
  const web = (replicas: number, cpu = '500m') =>
    objectIn('shop', 'apps/v1', 'Deployment', 'web', {
      spec: { replicas, template: { spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] } } },
    });
  const count = (name: string) => () => name;

  it('sums pods that are created, init containers and all', () => {
    const two = [pod('a', '400m'), pod('b', '400m')].map((one) => judgement(one));
    const actions = (hard: string) =>
      withQuotas(two, those(quota('requests.cpu', hard, '0')), count('pods')).map(({ action }) => action);
    expect(actions('1')).toEqual(['create', 'create']);
    expect(actions('900m')).toEqual(['blocked', 'blocked']);
  });

  it('is not exceeded by rounding', () => {
    const pods = [judgement(pod('a', '100m'))];
    const [one] = withQuotas(pods, those(quota('requests.cpu', '300m', '100m')), count('pods'));
    expect(one?.action).toBe('create');
  });

  it('counts init containers that stay beside the others, and of those that end the largest', () => {
    const cpu = (requests: string, more: JsonObject = {}) => ({ resources: { requests: { cpu: requests } }, ...more });
    const stays = { restartPolicy: 'Always' };
    const one = objectIn('shop', 'v1', 'Pod', 'p', {
      spec: { initContainers: [cpu('200m', stays), cpu('500m'), cpu('100m', stays)], containers: [cpu('300m')] },
    });
    const action = (hard: string) =>
      withQuotas([judgement(one)], those(quota('requests.cpu', hard, '0')), count('pods'))[0]?.action;
    expect([action('700m'), action('699m')]).toEqual(['create', 'blocked']);
  });

  it('is said of a workload whose pods will not all start, and blocks nothing', () => {
    const scaled = judgement(web(4), { action: 'update', live: { kind: 'present', object: web(2) } });
    const remark = (hard: string) =>
      withQuotas([scaled], those(quota('requests.cpu', hard, '1')), count('deployments.apps')).map((one) => [
        one.action,
        one.remark,
      ]);
    expect(remark('2')).toEqual([['update', null]]);
    expect(remark('1500m')).toEqual([
      ['update', 'quota "q" allows 1500m requests.cpu and 1 are used: not all pods that this plan asks for will start'],
    ]);
  });

  it('is said once of what several workloads take together', () => {
    const made = withQuotas(
      ['a', 'b', 'c'].map((name) => judgement({ ...web(2), metadata: { namespace: 'shop', name } })),
      those(
        objectIn('shop', 'v1', 'ResourceQuota', 'q', {
          status: { hard: { 'requests.cpu': '1', pods: '5' }, used: { 'requests.cpu': '0', pods: '0' } },
        }),
      ),
      count('deployments.apps'),
    );
    const words = (hard: string) =>
      `quota "q" allows ${hard} and 0 are used: not all pods that this plan asks for (of 3 objects) will start`;
    expect(made.map(({ remark }) => remark)).toEqual([`${words('1 requests.cpu')}; ${words('5 pods')}`, null, null]);
  });

  it('counts pods by number, too', () => {
    const [made] = withQuotas([judgement(web(3))], those(quota('pods', '2', '0')), count('deployments.apps'));
    expect(made?.remark).toContain('allows 2 pods');
  });
});

describe('A claim that grows', () => {
  it('takes of a quota only what it grows by', () => {
    const grows = judgement(claim('a', '3Gi'), {
      action: 'update',
      live: { kind: 'present', object: claim('a', '2Gi') },
    });
    const made = judgement(claim('b', '1Gi'));
    const actions = (hard: string) =>
      withQuotas([grows, made], those(quota('requests.storage', hard, '2Gi')), () => 'persistentvolumeclaims').map(
        ({ action }) => action,
      );
    expect(actions('4Gi')).toEqual(['update', 'create']);
    expect(actions('3Gi')).toEqual(['blocked', 'blocked']);
  });
});

describe('A quota that the same plan makes', () => {
  const made = (spec: JsonObject) => judgement(objectIn('shop', 'v1', 'ResourceQuota', 'q', { spec }));
  const actions = (hard: JsonObject, counted: number | null, live: readonly KubernetesObject[] = []) => {
    const objects = [made({ hard }), ...['a', 'b'].map((name) => judgement(config(name)))];
    const settings = { living: live, counted: () => counted };
    return withQuotas(objects, settings, (one) => plurals[one.subject.reference.kind] ?? null)
      .slice(1)
      .map(({ action }) => action);
  };

  it('counts with what lives, and not where that is not known', () => {
    expect(actions({ configmaps: '3' }, 1)).toEqual(['create', 'create']);
    expect(actions({ configmaps: '3' }, 2)).toEqual(['blocked', 'blocked']);
    expect(actions({ configmaps: '1' }, null)).toEqual(['create', 'create']);
    expect(actions({ secrets: '0' }, 5)).toEqual(['create', 'create']);
  });

  it('is not one that lives, where it only begins to limit something', () => {
    const live = quota('secrets', '1', '0');
    const wanted = objectIn('shop', 'v1', 'ResourceQuota', 'q', { spec: { hard: { secrets: '1', configmaps: '2' } } });
    const changed = judgement(wanted, { action: 'update', live: { kind: 'present', object: live } });
    const objects = [changed, ...['a', 'b'].map((name) => judgement(config(name)))];
    const after = (counted: number) =>
      withQuotas(
        objects,
        { living: [live], counted: () => counted },
        (one) => plurals[one.subject.reference.kind] ?? null,
      );
    expect(after(0).map(({ action }) => action)).toEqual(['update', 'create', 'create']);
    expect(after(1).map(({ action }) => action)).toEqual(['update', 'blocked', 'blocked']);
  });
});
