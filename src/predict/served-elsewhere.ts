import { isBuiltInGroup } from '../domain/built-in-group.ts';
import type { ServedKind, Surroundings } from '../ports/cluster.ts';

/** Neither Kubernetes' own nor defined there: another server behind the API server serves it, of which nothing is known. */
export function isServedElsewhere({ group, plural }: ServedKind, definitions: Surroundings['definitions']): boolean {
  return !isBuiltInGroup(group) && !definitions.has(`${plural}.${group}`);
}
