import type { IdentityKey } from '../domain/manifest.ts';
import { neighbourQuestions, type Selection } from '../plan/effects/neighbour-questions.ts';
import { type Neighbours, noNeighbours } from '../plan/effects/neighbours.ts';
import type { Judgement } from '../plan/judgement.ts';
import type { Cluster } from '../ports/cluster.ts';
import { listWhereAllowed } from './list-where-allowed.ts';

/** How many objects' pods are asked about: of a plan with more, nobody reads each word. */
const selectionsAsked = 20;

/**
 * Reads what the effects of a plan depend on besides its own objects. What the identity may not read is not known, and
 * nothing is said of it.
 */
export async function readNeighbours(
  judgements: readonly Judgement[],
  cluster: Pick<Cluster, 'live' | 'list'>,
  signal: AbortSignal,
): Promise<Neighbours> {
  const { references, selections } = neighbourQuestions(judgements);
  if (references.length === 0 && selections.length === 0) return noNeighbours;
  const [live, podless] = await Promise.all([
    references.length === 0 ? noNeighbours.live : cluster.live(references, signal),
    Promise.all(selections.slice(0, selectionsAsked).map((selection) => podlessKey(selection, cluster, signal))),
  ]);
  return { live, podless: new Set(podless.flatMap((key) => key ?? [])) };
}

async function podlessKey(
  { key, namespace, labelSelector }: Selection,
  cluster: Pick<Cluster, 'list'>,
  signal: AbortSignal,
): Promise<IdentityKey | null> {
  const query = { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector };
  const pods = await listWhereAllowed(query, cluster, signal);
  return pods?.length === 0 ? key : null;
}
