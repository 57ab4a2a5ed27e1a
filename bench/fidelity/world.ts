import { type SandboxCluster, startCluster } from '../../sandbox/cluster/cluster.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { OpenClusterAccess } from '../../src/adapters/kubernetes/open-cluster-access.ts';
import { listField, textField } from '../../src/domain/field.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { settleManifest } from '../../src/plan/manifests/settle-manifest.ts';
import { openAccess } from '../../test/adapters/kubernetes/open-access.ts';
import { permissiveDefinitions } from './permissive-definition.ts';
import type { World } from './play-case.ts';

export interface FidelityWorld {
  readonly cluster: SandboxCluster;
  readonly world: World & {
    /** Of the kinds among these that the cluster does not serve. */
    readonly definitionsFor: (objects: readonly KubernetesObject[]) => Promise<readonly KubernetesObject[]>;
  };
  /** Makes these definitions, and waits until their kinds are served. */
  readonly supply: (definitions: readonly KubernetesObject[]) => Promise<void>;
  close(): Promise<void>;
}

/** A cluster with all its controllers, where somebody whom Fairlead impersonates may do everything. */
export async function startFidelityWorld(say: (line: string) => void): Promise<FidelityWorld> {
  const cluster = await startCluster({ name: 'fidelity', say });
  const { admin } = cluster;
  for (const namespace of ['fairlead', 'fidelity']) {
    await admin.apply(`/api/v1/namespaces/${namespace}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
  }
  await admin.apply('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/fidelity', mayDoEverything);
  const access = await openAccess(cluster);
  return {
    cluster,
    world: {
      access,
      admin,
      impersonate: 'system:serviceaccount:fidelity:releaser',
      definitionsFor: async (objects) => {
        const found: KubernetesObject[] = [];
        for (const object of objects) {
          if ((await access.own.served(object.apiVersion, object.kind, patient())) === null) found.push(object);
        }
        return permissiveDefinitions(found);
      },
    },
    supply: (definitions) => supply(definitions, access),
    close: async () => {
      await access.close();
      await cluster.stop();
    },
  };
}

async function supply(definitions: readonly KubernetesObject[], { own }: OpenClusterAccess): Promise<void> {
  for (const definition of definitions) {
    const object = settleManifest(definition, { scope: 'cluster', namespace: '', applySet: 'nobody' });
    const outcome = await own.apply({ object, dryRun: false, force: true, uid: null }, patient());
    if (outcome.kind !== 'accepted') throw new Error(`${object.metadata.name}: ${JSON.stringify(outcome)}`);
  }
  for (const definition of definitions) {
    const [group, kind] = [
      textField(definition, 'spec', 'group'),
      textField(definition, 'spec', 'names', 'kind') ?? '',
    ];
    for (const version of listField(definition, 'spec', 'versions')) {
      const until = performance.now() + 30_000;
      while ((await own.served(`${group}/${textField(version, 'name')}`, kind, patient())) === null) {
        if (performance.now() > until) throw new Error(`${kind} of ${group} is not served`);
        await systemClock.sleep(100, patient());
      }
    }
  }
}

function patient(): AbortSignal {
  return AbortSignal.timeout(60_000);
}

const mayDoEverything = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'fidelity' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'ServiceAccount', name: 'releaser', namespace: 'fidelity' }],
};
