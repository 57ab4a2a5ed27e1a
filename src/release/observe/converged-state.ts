import type { Ledger, Released } from '../../domain/ledger.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { orphanedBy } from '../../domain/orphaned.ts';
import type { ReleaseState } from '../../domain/release.ts';
import { environmentAddress, mayHaveUrl } from '../../observe/url.ts';
import type { Cluster } from '../../ports/cluster.ts';

/** The verdict that the ledger keeps, in the words it was said in. */
export async function convergedState(
  ledger: Ledger,
  { commit, tookMs }: Released,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<ReleaseState> {
  const { inventory } = ledger;
  const live = await cluster.live(inventory.filter(mayHaveUrl), signal);
  const objects = [...live.values()].flatMap((found): readonly KubernetesObject[] =>
    found.kind === 'present' ? [found.object] : [],
  );
  const left = orphanedBy(ledger, commit, cluster.name);
  return { kind: 'converged', objects: inventory.length, tookMs: tookMs ?? 0, ...environmentAddress(objects), ...left };
}
