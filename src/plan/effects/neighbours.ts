import type { IdentityKey } from '../../domain/manifest.ts';
import type { Live } from '../../domain/prediction.ts';

/** What was read of the cluster besides the objects of the plan. What is not in it is not known. */
export interface Neighbours {
  /** Objects that those of the plan name. */
  readonly live: ReadonlyMap<IdentityKey, Live>;
  /** Objects of the plan that select pods, and of whose pods none lives. */
  readonly podless: ReadonlySet<IdentityKey>;
}

/** Nothing was read. */
export const noNeighbours: Neighbours = { live: new Map(), podless: new Set() };
