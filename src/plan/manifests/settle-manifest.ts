import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { type Identity, type KubernetesObject, type ObjectMetadata, referenceOf } from '../../domain/manifest.ts';

/** The label that says which ApplySet an object is a member of (KEP-3659): evidence of ownership, never the list. */
export const partOf = 'applyset.kubernetes.io/part-of';

/** Whether a kind lives in namespaces, as the cluster's discovery (or the plan's own CRD) says. */
export type Scope = 'namespaced' | 'cluster';

/**
 * A manifest as it is sent: the namespace there exactly where the kind has one, a Secret's `stringData` as `data`
 * (the API server forgets which keys came that way, and would keep a dropped one for ever), and the label of the
 * ApplySet. Released, base and merged alike, so that none of this ever is a difference.
 */
export function settleManifest(
  object: KubernetesObject,
  settings: { readonly scope: Scope; readonly namespace: string; readonly applySet: string },
): KubernetesObject {
  const { namespace, ...named }: ObjectMetadata = object.metadata;
  const metadata: ObjectMetadata = {
    ...named,
    ...(settings.scope === 'namespaced' ? { namespace: namespace || settings.namespace } : {}),
    labels: { ...object.metadata.labels, [partOf]: settings.applySet },
  };
  const settled: KubernetesObject = { ...object, metadata };
  return isSecret(referenceOf(settled)) ? withDataOnly(settled) : settled;
}

export function isSecret(identity: Pick<Identity, 'group' | 'kind'>): boolean {
  return identity.kind === 'Secret' && identity.group === '';
}

function withDataOnly(secret: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = secret;
  if (!isJsonObject(stringData)) return stringData === null ? rest : secret;
  const texts = Object.entries(stringData).filter(([, value]) => value !== undefined);
  const encoded = texts.flatMap(([key, value]) => (typeof value === 'string' ? [[key, base64(value)] as const] : []));
  // A value that is no text stays where it is: the API server refuses it in its own words.
  if (encoded.length < texts.length) return secret;
  const data: JsonObject = isJsonObject(rest['data']) ? rest['data'] : {};
  return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
