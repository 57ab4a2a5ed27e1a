import type { KubernetesObject } from '../../domain/manifest.ts';
import type { ServedKind, Surroundings } from '../../ports/cluster.ts';
import type { Api } from './api.ts';
import type { Discovery } from './discovery.ts';
import { type ListOutcome, listObjects, wholeList } from './list-objects.ts';

const admissionGroup = 'admissionregistration.k8s.io';

/** What admission is made of: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ */
const admissionKinds = [
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
];

// Newer ones begin as alpha or beta, and may be served as no more than that.
const admissionVersions = ['v1', 'v1beta1', 'v1alpha1'];

/** See the port. Metadata alone is read: a definition may be larger than all that is deployed. */
export async function readSurroundings(
  api: Api,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<Surroundings | null> {
  const list = listing(api, discovery, true, signal);
  const [definitions, limits, namespaces, ...admission] = await Promise.all([
    list('apiextensions.k8s.io', 'CustomResourceDefinition', ['v1']),
    list('', 'LimitRange', ['v1']),
    list('', 'Namespace', ['v1']),
    ...admissionKinds.map((kind) => list(admissionGroup, kind, admissionVersions)),
  ]);
  if (definitions.kind !== 'listed' || limits.kind !== 'listed' || namespaces.kind !== 'listed') return null;
  const rules: string[] = [];
  for (const outcome of admission) {
    if (outcome.kind !== 'listed') return null;
    rules.push(...outcome.items.map(versionText));
  }
  const byNamespace = Map.groupBy(limits.items, ({ metadata }) => metadata.namespace ?? '');
  return {
    definitions: versionsByName(definitions.items),
    admission: rules.toSorted().join(' '),
    limits: new Map([...byNamespace].map(([namespace, all]) => [namespace, all.map(versionText).toSorted().join(' ')])),
    namespaces: versionsByName(namespaces.items),
  };
}

/** See the port. */
export async function readAdmission(
  api: Api,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[] | null> {
  const list = listing(api, discovery, false, signal);
  const outcomes = await Promise.all(admissionKinds.map((kind) => list(admissionGroup, kind, admissionVersions)));
  const all: KubernetesObject[] = [];
  for (const outcome of outcomes) {
    if (outcome.kind !== 'listed') return null;
    all.push(...outcome.items);
  }
  return all;
}

type Lister = (group: string, kind: string, versions: readonly string[]) => Promise<ListOutcome>;

/** Lists what is served in one of these versions; what is not served at all there is none of. */
function listing(api: Api, discovery: Discovery, metadataOnly: boolean, signal: AbortSignal): Lister {
  return async (group, kind, versions) => {
    const served = await servedIn(versions, (version) => discovery.served(group, version, kind, signal));
    if (served === null) return { kind: 'listed', items: [], whole: true };
    const everywhere = { served, namespace: null, labelSelector: null, fieldSelector: null, metadataOnly };
    return await listObjects(api, everywhere, wholeList, signal);
  };
}

function versionsByName(objects: readonly KubernetesObject[]): ReadonlyMap<string, string> {
  return new Map(objects.map(({ metadata }) => [metadata.name, metadata.resourceVersion ?? '']));
}

async function servedIn(
  versions: readonly string[],
  served: (version: string) => Promise<ServedKind | null>,
): Promise<ServedKind | null> {
  for (const version of versions) {
    const found = await served(version);
    if (found !== null) return found;
  }
  return null;
}

function versionText({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}@${metadata.resourceVersion ?? ''}`;
}
