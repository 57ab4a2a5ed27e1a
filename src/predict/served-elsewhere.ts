import type { ServedKind, Surroundings } from '../ports/cluster.ts';

/** Neither Kubernetes' own nor defined there: another server behind the API server serves it, of which nothing is known. */
export function isServedElsewhere({ group, plural }: ServedKind, definitions: Surroundings['definitions']): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io') && !definitions.has(`${plural}.${group}`);
}
