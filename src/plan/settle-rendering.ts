import type { Allowance } from '../domain/allowance.ts';
import { allowedKind, kindAllowance } from '../domain/cluster-scoped.ts';
import {
  type IdentityKey,
  identityKey,
  type KubernetesObject,
  type Manifest,
  type ObjectReference,
  type Origin,
  parseApiVersion,
  referenceOf,
} from '../domain/manifest.ts';
import type { BlockedReason } from '../domain/plan.ts';
import type { Rendering } from '../domain/rendering.ts';
import { type Kind, kindKey } from './manifests/kinds.ts';
import { manifestRefusal } from './manifests/manifest-refusal.ts';
import { type ListedKind, type MeantKind, meantKind, meantWords } from './manifests/meant-kind.ts';
import { originWords } from './manifests/origin-words.ts';
import { type Scope, settleManifest } from './manifests/settle-manifest.ts';

/** A manifest as it would be sent, or why it is not. */
export interface Settled {
  readonly object: KubernetesObject;
  readonly reference: ObjectReference;
  readonly written: Manifest;
  readonly stop: BlockedReason | null;
  readonly needs: readonly ObjectReference[];
  readonly meant: IdentityKey | null;
}

export interface SettleInput {
  readonly allowance: Extract<Allowance, { readonly kind: 'allowed' }>;
  /** For manifests that name none. */
  readonly namespace: string;
  readonly applySet: string;
  /** `knownKinds`. */
  readonly kinds: ReadonlyMap<string, Kind>;
  /** What the cluster serves, where something is of a kind that is not among `kinds`; may be empty. */
  readonly listed: readonly ListedKind[];
}

/** The manifests of a rendering by the identities that they have in the cluster; of those that stand twice, neither may be sent. */
export function settleRendering(rendering: Rendering, input: SettleInput): ReadonlyMap<IdentityKey, Settled> {
  const settled = new Map<IdentityKey, Settled>();
  for (const manifest of rendering.manifests) {
    const one = settleOne(manifest, input);
    const key = identityKey(one.reference);
    const twin = settled.get(key);
    settled.set(key, twin === undefined ? one : { ...twin, stop: doubled(twin.written.origin, manifest.origin) });
  }
  return settled;
}

function settleOne(manifest: Manifest, input: SettleInput): Settled {
  const { object } = manifest;
  const kind = input.kinds.get(kindKey(object.apiVersion, object.kind));
  // In another version it is the same object, and in no version deleted. A kind that nobody knows has no scope: it is
  // refused below, where it would be if it were the kind that was meant.
  const meant = kind === undefined ? meantBy(object, input) : null;
  const known = kind ?? otherVersion(object, input.kinds)?.kind;
  const scope = known?.scope ?? guessedScope(object, meant);
  const settled = settleManifest(object, { scope, namespace: input.namespace, applySet: input.applySet });
  const reference = referenceOf(settled);
  const stop = stopOf(object, reference, { kind, meant }, input);
  const needs = kind?.needs ? [kind.needs] : [];
  return {
    object: settled,
    reference,
    written: manifest,
    stop,
    needs,
    meant: meant && identityKey({ ...reference, ...meant }),
  };
}

function stopOf(
  object: KubernetesObject,
  reference: ObjectReference,
  { kind, meant }: { readonly kind: Kind | undefined; readonly meant: MeantKind | null },
  input: SettleInput,
): BlockedReason | null {
  const refusal = manifestRefusal(object, input.applySet);
  if (refusal !== null) return { code: 'refused-manifest', message: refusal };
  if (kind !== undefined) return notAllowed(reference, input);
  const hint = meant === null ? '' : `; ${meantWords(object, meant)}`;
  return { code: 'kind-missing', message: `the cluster serves no kind ${object.kind} in ${object.apiVersion}${hint}` };
}

function meantBy(object: KubernetesObject, { kinds, listed }: SettleInput): MeantKind | null {
  const occurring = [...kinds].flatMap(([key, { scope, needs }]) => {
    const [apiVersion = '', kind = ''] = key.split(' ');
    // What the plan itself defines is not served yet.
    return needs === null ? [{ ...parseApiVersion(apiVersion), kind, namespaced: scope === 'namespaced' }] : [];
  });
  return meantKind(object, [...listed, ...occurring]);
}

function guessedScope({ metadata }: KubernetesObject, meant: MeantKind | null): Scope {
  const namespaced = meant === null ? metadata.namespace !== undefined : meant.namespaced;
  return namespaced ? 'namespaced' : 'cluster';
}

/** The same kind of the same group in a version that is known, among the kinds that occur. */
function otherVersion(
  { apiVersion, kind }: KubernetesObject,
  kinds: SettleInput['kinds'],
): { readonly apiVersion: string; readonly kind: Kind } | null {
  const { group } = parseApiVersion(apiVersion);
  for (const [key, known] of kinds) {
    const [other = '', name] = key.split(' ');
    if (name === kind && parseApiVersion(other).group === group) return { apiVersion: other, kind: known };
  }
  return null;
}

/** null: the operator allows it. */
export function notAllowed(
  reference: ObjectReference,
  { allowance, kinds, listed }: Pick<SettleInput, 'allowance' | 'kinds' | 'listed'>,
): BlockedReason | null {
  const { group, kind, namespace, name } = reference;
  // A namespace takes all that is in it along when it goes: who may not deploy into it may not have it either.
  const into = kind === 'Namespace' && group === '' ? name : namespace;
  const missing = into === null || allowance.namespaces.includes(into) ? null : `namespaces: [${into}]`;
  if (namespace === null) {
    const served = groupsOf(kind, { kinds, listed });
    const verdict = kindAllowance(allowance.clusterScoped, reference, [group, ...served]);
    const lines = list([`clusterScoped: [${allowedKind(reference)}]`, ...(missing === null ? [] : [missing])]);
    const ask = `to allow it, the rule of the operator’s file says ${lines}`;
    if (verdict === 'denied') return notAllowedBy(`${kind}, a kind outside namespaces, here: ${ask}`);
    if (verdict === 'ambiguous') {
      return notAllowedBy(`${kind} by its name alone, for it is served in ${list([...served])}: ${ask}`);
    }
  }
  if (missing === null) return null;
  return notAllowedBy(`namespace "${into}" here: to allow it, the rule of the operator’s file says \`${missing}\``);
}

function notAllowedBy(what: string): BlockedReason {
  return { code: 'not-allowed', message: `the operator does not allow ${what}` };
}

/** In which groups a kind of this name lives outside namespaces, as far as that was asked. */
function groupsOf(kind: string, { kinds, listed }: Pick<SettleInput, 'kinds' | 'listed'>): ReadonlySet<string> {
  const occurring = [...kinds].flatMap(([key, { scope }]) => {
    const [apiVersion = '', name = ''] = key.split(' ');
    return name === kind && scope === 'cluster' ? [parseApiVersion(apiVersion).group] : [];
  });
  const served = listed.flatMap((one) => (one.kind === kind && !one.namespaced ? [one.group] : []));
  return new Set([...occurring, ...served]);
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `\`${line}\``).join(' and ');
}

function doubled(first: Origin | null, second: Origin | null): BlockedReason {
  return {
    code: 'refused-manifest',
    message: `the object is there twice: at ${originWords(first)} and at ${originWords(second)}; keep one of them`,
  };
}
