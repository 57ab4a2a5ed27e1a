import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { findNamespaceReaders } from '../../src/predict/find-namespace-readers.ts';
import { FakeCluster } from '../fakes/cluster.ts';
import { object, objectIn } from '../objects.ts';
import { judgement } from '../plan/judgements.ts';

const namespace = judgement(object('v1', 'Namespace', 'shop'), { action: 'update' });
const settings = objectIn('shop', 'v1', 'ConfigMap', 'settings');

/** Who reads, where the plan holds these; and what was read of the cluster for it. */
async function found(of: readonly KubernetesObject[], changed = namespace) {
  const cluster = new FakeCluster('staging');
  const asked: string[] = [];
  const own: Parameters<typeof findNamespaceReaders>[2] = {
    admission: () => (asked.push('admission'), cluster.admission()),
    surroundings: () => (asked.push('surroundings'), cluster.surroundings()),
  };
  const judgements = [changed, ...of.map((one) => judgement(one))];
  const readers = await findNamespaceReaders(judgements, cluster, own, AbortSignal.timeout(5_000));
  return { asked, resources: readers && [...readers.resources.values()] };
}

describe('Who decides by what a namespace says', () => {
  it('is not asked for where the plan changes none, or nothing in it', async () => {
    const made = judgement(object('v1', 'Namespace', 'shop'), { action: 'create' });
    expect(await found([settings], made)).toEqual({ asked: [], resources: null });
    expect(await found([objectIn('other', 'v1', 'ConfigMap', 'settings')])).toEqual({ asked: [], resources: null });
  });

  it('is admission alone, of Kubernetes’ own kinds: no definition is looked for', async () => {
    expect(await found([settings])).toEqual({ asked: ['admission'], resources: ['configmaps'] });
  });

  it('is another server, of a kind that no definition makes', async () => {
    const { asked, resources } = await found([objectIn('shop', 'metrics.example.org/v1', 'Sample', 's')]);
    expect({ asked, resources }).toEqual({ asked: ['admission', 'surroundings'], resources: [] });
  });
});
