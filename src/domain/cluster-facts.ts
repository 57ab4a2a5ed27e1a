import { createHash } from 'node:crypto';
import { canonicalJson } from './json.ts';
import { apiVersionOf } from './manifest.ts';

/** What a chart may ask about the cluster that it is rendered for (`.Capabilities`), as the cluster said last. */
export interface ClusterFacts {
  readonly cluster: string;
  /** gitVersion, such as `v1.36.3`. */
  readonly version: string;
  /** What it serves, sorted: `apps/v1` and `apps/v1/Deployment`. */
  readonly apis: readonly string[];
}

/** By what an inspection remembers for which facts its charts were rendered (ADR 27). */
export function factsId({ cluster, version, apis }: ClusterFacts): string {
  return createHash('sha256')
    .update(canonicalJson([cluster, version, apis]))
    .digest('hex');
}

/** `ClusterFacts.apis` of the kinds that a cluster serves, in every version. */
export function apisOf(
  kinds: readonly { readonly group: string; readonly version: string; readonly kind: string }[],
): readonly string[] {
  const apis = kinds.flatMap((served) => {
    const apiVersion = apiVersionOf(served);
    return [apiVersion, `${apiVersion}/${served.kind}`];
  });
  return [...new Set(apis)].toSorted();
}
