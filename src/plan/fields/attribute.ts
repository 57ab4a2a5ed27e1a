import type { Json, JsonObject } from '../../domain/json.ts';
import { sameJson } from '../../domain/json.ts';
import type { Cause } from '../../domain/plan.ts';
import { differences } from './differences.ts';
import type { Path } from './path.ts';

/** One object as it lives and as each rendering would make it: `contentOf` of each. */
export interface Versions {
  readonly live: JsonObject;
  /** `unrenderable`: Git can no longer say; drift and unreleased are then one. */
  readonly released: JsonObject | 'unrenderable';
  readonly base: JsonObject;
  readonly merged: JsonObject;
}

/** A path at which the versions are not all the same, and everybody who made it so. */
export interface AttributedPath {
  readonly path: Path;
  readonly live: Json | undefined;
  readonly merged: Json | undefined;
  readonly causes: readonly Cause[];
}

/**
 * Who makes each path differ. A path is the pull request's only where both what it wrote and what the
 * cluster holds change by it; where the cluster holds it already, the path says so. Several causes are all named.
 */
export function attribute(versions: Versions): readonly AttributedPath[] {
  const { live, base, merged } = versions;
  const known = versions.released !== 'unrenderable';
  const released = versions.released === 'unrenderable' ? base : versions.released;
  return differences([live, released, base, merged]).map(({ path, values: [l, r, b, m] }) => {
    const changes = !sameJson(l, m);
    const drifted = !sameJson(l, r);
    const causes: readonly (Cause | false)[] = [
      drifted && 'drift',
      (known ? !sameJson(r, b) : drifted) && 'unreleased',
      !sameJson(b, m) && (changes ? 'pull-request' : 'already'),
    ];
    return { path, live: l, merged: m, causes: causes.filter((cause) => cause !== false) };
  });
}

/** Whether the merge changes this path in the cluster. */
export function takesEffect({ live, merged }: AttributedPath): boolean {
  return !sameJson(live, merged);
}
