import { isBuiltInGroup } from '../../domain/built-in-group.ts';
import { apiVersionOf, parseApiVersion } from '../../domain/manifest.ts';
import { nearestName } from '../../domain/nearest-name.ts';

/** A kind as discovery lists it. */
export interface ListedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** What a manifest may have meant whose kind is not served. */
export interface MeantKind {
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** `apps/v1`: all that serve it. */
  readonly apiVersions: readonly string[];
}

interface AskedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The kind that was meant: the same in another version or group, else the nearest by name, in the same version before
 * others. null: nothing is near. A group that names whose it is (`serving.knative.dev`) is not taken for another one.
 */
export function meantKind(asked: AskedKind, listed: readonly ListedKind[]): MeantKind | null {
  const { group, version } = parseApiVersion(asked.apiVersion);
  const sameGroup = listed.filter((one) => one.group === group);
  const builtIn = isBuiltInGroup(group) ? listed.filter((one) => isBuiltInGroup(one.group)) : [];
  for (const among of [sameGroup, builtIn]) {
    const same = among.filter(({ kind }) => kind === asked.kind);
    if (same.length > 0) return meantOf(same);
  }
  const sameVersion = sameGroup.filter((one) => one.version === version);
  for (const among of [sameVersion, sameGroup, builtIn]) {
    const kind = nearestKind(asked.kind, among);
    const near = among.filter((one) => one.kind === kind);
    if (near.length > 0) return meantOf(near);
  }
  return null;
}

/** `did you mean CronJob?`, or `Deployment is served as apps/v1`; without a capital: it ends a sentence. */
export function meantWords(asked: AskedKind, { kind, apiVersions }: MeantKind): string {
  const served = apiVersions.join(' and ');
  if (kind === asked.kind) return `${kind} is served as ${served}`;
  return `did you mean ${kind}${apiVersions.includes(asked.apiVersion) ? '' : `, which is served as ${served}`}?`;
}

function nearestKind(asked: string, among: readonly ListedKind[]): string | null {
  const kinds = new Map(among.map(({ kind }) => [kind.toLowerCase(), kind]));
  const wanted = asked.toLowerCase();
  const near = nearestName(wanted, [...kinds.keys()]);
  // Two edits make any short name of any other: `Pod` is no `Job`.
  if (near === null || (near.length < 5 && !wanted.startsWith(near))) return null;
  return kinds.get(near) ?? null;
}

function meantOf(all: readonly ListedKind[]): MeantKind | null {
  const [first] = all;
  if (first === undefined) return null;
  return { ...first, apiVersions: [...new Set(all.map(apiVersionOf))] };
}
