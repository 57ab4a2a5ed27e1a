import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import type { Cluster, ListQuery } from '../../src/ports/cluster.ts';
import { applyQuotas } from '../../src/predict/apply-quotas.ts';
import { objectIn } from '../objects.ts';
import { judgement } from '../plan/judgements.ts';

const signal = new AbortController().signal;
const quota = (namespace: string) =>
  objectIn(namespace, 'v1', 'ResourceQuota', 'q', {
    spec: {},
    status: { hard: { configmaps: '1' }, used: { configmaps: '0' } },
  });
const creations = (namespaces: readonly string[]) =>
  namespaces.flatMap((namespace) => ['a', 'b'].map((name) => judgement(objectIn(namespace, 'v1', 'ConfigMap', name))));
const many = Array.from({ length: 12 }, (_, index) => `team-${index}`);

describe('Quotas of a plan', () => {
  it('are asked for once where it creates in many namespaces', async () => {
    const { cluster, asked } = clusterOf(() => many.map(quota));
    const judged = await applyQuotas(creations(many), cluster, signal);
    expect(asked).toEqual([null]);
    expect(judged.every(({ action }) => action === 'blocked')).toBe(true);
  });

  it('are asked for namespace by namespace where there are few, or where all may not be seen', async () => {
    const own = ({ namespace }: ListQuery) => (namespace === null ? forbidden() : [quota(namespace)]);
    const few = clusterOf(own);
    await applyQuotas(creations(many.slice(0, 2)), few.cluster, signal);
    expect(few.asked).toEqual(['team-0', 'team-1']);
    const limited = clusterOf(own);
    const judged = await applyQuotas(creations(many), limited.cluster, signal);
    expect(limited.asked).toEqual([null, ...many]);
    expect(judged.every(({ action }) => action === 'blocked')).toBe(true);
  });

  it('count what waits for another change of the plan, and not what is in a namespace that it makes', async () => {
    const needing = (kind: string) =>
      creations(['shop']).map((one) => ({
        ...one,
        needs: [{ group: '', version: 'v1', kind, namespace: null, name: 'x' }],
      }));
    const waiting = clusterOf(() => [quota('shop')]);
    const judged = await applyQuotas(needing('ResourceQuota'), waiting.cluster, signal);
    expect(judged.map(({ action }) => action)).toEqual(['blocked', 'blocked']);
    const born = clusterOf(() => [quota('shop')]);
    await applyQuotas(needing('Namespace'), born.cluster, signal);
    expect(born.asked).toEqual([]);
  });

  it('that the plan makes ask about what it asks for more of, and nothing else', async () => {
    const made = objectIn('shop', 'v1', 'ResourceQuota', 'q', { spec: { hard: { configmaps: '3', pods: '10' } } });
    const living = clusterOf(({ kind }) =>
      kind === 'ConfigMap' ? ['x', 'y'].map((name) => objectIn('shop', 'v1', 'ConfigMap', name)) : [],
    );
    const judged = await applyQuotas([judgement(made), ...creations(['shop'])], living.cluster, signal);
    expect(judged.map(({ action }) => action)).toEqual(['create', 'blocked', 'blocked']);
    expect(living.kinds).toEqual(['ResourceQuota', 'ConfigMap']);
  });

  it('are left to each apply where nobody may see them', async () => {
    const all = creations(many);
    expect(await applyQuotas(all, clusterOf(forbidden).cluster, signal)).toEqual(all);
  });
});

function forbidden(): never {
  throw new Failure('cluster-forbidden', { subject: 'c', message: 'no', retryable: false, cause: null });
}

function clusterOf(list: (query: ListQuery) => readonly KubernetesObject[]) {
  const asked: (string | null)[] = [];
  const kinds: string[] = [];
  const cluster: Pick<Cluster, 'list' | 'served'> = {
    list: async (query) => {
      asked.push(query.namespace);
      kinds.push(query.kind);
      return list(query);
    },
    served: async (_apiVersion, kind) => ({
      group: '',
      version: 'v1',
      kind,
      plural: `${kind.toLowerCase()}s`,
      namespaced: true,
    }),
  };
  return { cluster, asked, kinds };
}
