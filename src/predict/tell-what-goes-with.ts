import { field, textField } from '../domain/field.ts';
import type { Contents, CustomResources, GoesWith, Unplanned, Volume } from '../domain/goes-with.ts';
import {
  apiVersionOf,
  type Identity,
  type IdentityKey,
  identityKey,
  identityOf,
  type KubernetesObject,
  referenceOf,
} from '../domain/manifest.ts';
import type { Judgement } from '../plan/judgement.ts';
import { madeClaims } from '../plan/made-claims.ts';
import { definedKinds } from '../plan/manifests/kinds.ts';
import type { ServedKind } from '../ports/cluster.ts';
import { findDroppedFields } from './find-dropped-fields.ts';
import { type Asking, isOutside, listed, listOfKind } from './list-of-kind.ts';

/**
 * Reads what goes along with what a plan deletes: what is in a namespace, the objects of a kind, the data of a claim; and
 * with a change of a definition what its objects lose. Says which claims a new StatefulSet makes. Asked as who applies:
 * what that identity may not see is said to be unseen.
 */
export async function tellWhatGoesWith(
  judgements: readonly Judgement[],
  asking: Asking,
): Promise<readonly Judgement[]> {
  const planned = new Set(judgements.map(({ subject }) => subject.key));
  return await Promise.all(
    judgements.map(async (judgement) => {
      const goesWith = await goingWith(judgement, planned, asking);
      return goesWith === null ? judgement : { ...judgement, goesWith };
    }),
  );
}

async function goingWith(
  { action, after, desired, live, subject }: Judgement,
  planned: ReadonlySet<IdentityKey>,
  asking: Asking,
): Promise<GoesWith | null> {
  const { group, kind, name } = subject.reference;
  if (action === 'create') return group === 'apps' && kind === 'StatefulSet' && desired ? madeClaims(desired) : null;
  if (live.kind !== 'present') return null;
  const isDefinition = group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition';
  if (action === 'update' && isDefinition && after !== null) return await findDroppedFields(live.object, after, asking);
  if (action !== 'delete' && action !== 'replace') return null;
  switch (`${group}/${kind}`) {
    case '/Namespace':
      return await contentsOf(name, planned, asking);
    case 'apiextensions.k8s.io/CustomResourceDefinition':
      return await customResourcesOf(live.object, planned, asking);
    case '/PersistentVolumeClaim':
      return await volumeOfClaim(live.object, asking);
    case '/PersistentVolume':
      return volumeItself(live.object);
    default:
      return null;
  }
}

/** Kinds that nobody keeps: they tell of others, or follow them. */
const passing: ReadonlySet<string> = new Set(['Event', 'Endpoints', 'EndpointSlice', 'Lease', 'ControllerRevision']);

function isCounted({ group, kind, namespaced }: ServedKind): boolean {
  return namespaced && !passing.has(kind) && !group.endsWith('metrics.k8s.io');
}

async function contentsOf(namespace: string, planned: ReadonlySet<IdentityKey>, asking: Asking): Promise<Contents> {
  const served = (await asking.cluster.kinds(asking.signal)).filter(isCounted);
  // The first version of a kind is the one that the API server prefers.
  const kinds = new Map<string, ServedKind>();
  for (const one of served) if (!kinds.has(`${one.group}/${one.kind}`)) kinds.set(`${one.group}/${one.kind}`, one);
  const lists = await Promise.all(
    [...kinds.values()].map(async (one) => {
      const query = { apiVersion: apiVersionOf(one), kind: one.kind, namespace, labelSelector: null };
      return { kind: one.kind, ...(await listed(query, asking)) };
    }),
  );
  // What two groups serve is one object.
  const found = new Map<string, KubernetesObject>();
  for (const { objects } of lists) {
    for (const object of objects) if (isKept(object)) found.set(object.metadata.uid ?? '', object);
  }
  const all = [...found.values()];
  const counts = [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, objects]) => ({ kind, count: objects.length }));
  return {
    kind: 'contents',
    counts: counts.toSorted((one, other) => other.count - one.count || (one.kind < other.kind ? -1 : 1)),
    unplanned: unplannedOf(all, planned),
    unread: kinds.size === 0 ? 'everything' : lists.flatMap(({ kind, known }) => (known ? [] : [kind])),
  };
}

/** Not what another object made and takes along, nor what every namespace has. */
function isKept({ kind, metadata: { name, ...metadata } }: KubernetesObject): boolean {
  if (metadata['ownerReferences'] !== undefined) return false;
  return !(kind === 'ServiceAccount' && name === 'default') && !(kind === 'ConfigMap' && name === 'kube-root-ca.crt');
}

async function customResourcesOf(
  definition: KubernetesObject,
  planned: ReadonlySet<IdentityKey>,
  asking: Asking,
): Promise<CustomResources | null> {
  const [defined] = definedKinds(definition);
  if (defined === undefined) return null;
  const { whole, objects: all } = await listOfKind(defined, asking);
  const namespaces = new Set(all.flatMap(({ metadata }) => metadata.namespace ?? []));
  const inside = all.filter((object) => !isOutside(object, asking));
  return {
    kind: 'custom-resources',
    of: defined.kind,
    count: all.length,
    namespaces: namespaces.size,
    outside: all.length - inside.length,
    unplanned: unplannedOf(inside, planned),
    whole,
  };
}

/** How many are named. */
const named = 5;

function unplannedOf(objects: readonly KubernetesObject[], planned: ReadonlySet<IdentityKey>): Unplanned {
  const others = objects
    .map((object) => identityOf(referenceOf(object)))
    .filter((identity) => !planned.has(identityKey(identity)));
  const rank = ({ kind }: Identity): number => (holdsData.includes(kind) ? 0 : 1);
  const sorted = others.toSorted(
    (one, other) => rank(one) - rank(other) || (identityKey(one) < identityKey(other) ? -1 : 1),
  );
  return { count: others.length, names: sorted.slice(0, named) };
}

const holdsData: readonly string[] = ['PersistentVolumeClaim', 'StatefulSet'];

async function volumeOfClaim(claim: KubernetesObject, { cluster, signal }: Asking): Promise<Volume> {
  const storageClass = textField(claim, 'spec', 'storageClassName') ?? null;
  const bound = textField(claim, 'spec', 'volumeName') ?? null;
  const kind = bound === null ? 'StorageClass' : 'PersistentVolume';
  const group = bound === null ? 'storage.k8s.io' : '';
  const name = bound ?? storageClass;
  const found =
    name === null ? null : await cluster.read({ group, version: 'v1', kind, namespace: null, name }, signal);
  const policy = bound === null ? ['reclaimPolicy'] : ['spec', 'persistentVolumeReclaimPolicy'];
  return {
    kind: 'volume',
    size: text(claim, 'status', 'capacity', 'storage') ?? text(claim, 'spec', 'resources', 'requests', 'storage'),
    storageClass,
    bound,
    reclaimPolicy: found?.kind === 'present' ? text(found.object, ...policy) : null,
  };
}

function volumeItself(volume: KubernetesObject): Volume {
  const [namespace, name] = ['namespace', 'name'].map((member) => text(volume, 'spec', 'claimRef', member));
  return {
    kind: 'volume',
    size: text(volume, 'spec', 'capacity', 'storage'),
    storageClass: text(volume, 'spec', 'storageClassName'),
    bound: namespace && name ? `${namespace}/${name}` : null,
    reclaimPolicy: text(volume, 'spec', 'persistentVolumeReclaimPolicy'),
  };
}

// A quantity may be a number.
function text(object: KubernetesObject, ...path: readonly string[]): string | null {
  const value = field(object, ...path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
