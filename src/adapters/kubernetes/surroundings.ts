import type { KubernetesObject } from '../../domain/manifest.ts';
import type { ServedKind, Surroundings } from '../../ports/cluster.ts';
import type { Api } from './api.ts';
import type { Discovery } from './discovery.ts';
import { type ListOutcome, listObjects, wholeList } from './list-objects.ts';

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
  const list = async (group: string, kind: string, versions: readonly string[]): Promise<ListOutcome> => {
    const served = await servedIn(versions, (version) => discovery.served(group, version, kind, signal));
    if (served === null) return { kind: 'listed', items: [], whole: true };
    const listing = { served, namespace: null, labelSelector: null, fieldSelector: null, metadataOnly: true };
    return await listObjects(api, listing, wholeList, signal);
  };
  const [definitions, limits, ...admission] = await Promise.all([
    list('apiextensions.k8s.io', 'CustomResourceDefinition', ['v1']),
    list('', 'LimitRange', ['v1']),
    ...admissionKinds.map((kind) => list('admissionregistration.k8s.io', kind, admissionVersions)),
  ]);
  if (definitions.kind !== 'listed' || limits.kind !== 'listed') return null;
  const rules: string[] = [];
  for (const outcome of admission) {
    if (outcome.kind !== 'listed') return null;
    rules.push(...outcome.items.map(versionText));
  }
  const byNamespace = Map.groupBy(limits.items, ({ metadata }) => metadata.namespace ?? '');
  return {
    definitions: new Map(definitions.items.map(({ metadata }) => [metadata.name, metadata.resourceVersion ?? ''])),
    admission: rules.toSorted().join(' '),
    limits: new Map([...byNamespace].map(([namespace, all]) => [namespace, all.map(versionText).toSorted().join(' ')])),
  };
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
