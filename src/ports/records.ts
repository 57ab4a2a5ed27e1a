import type { ClusterFacts } from '../domain/cluster-facts.ts';
import type { Inspection, PlanRecord } from '../domain/inspection.ts';
import type { Previewed } from '../domain/merge-group.ts';
import type { OrphanCount } from '../domain/orphaned.ts';
import type { Plan } from '../domain/plan.ts';
import type { Desired, ReleaseReport, Told } from '../domain/release.ts';
import type { Rendering } from '../domain/rendering.ts';
import type { Repository } from '../domain/repository.ts';

/**
 * What forge and cluster workers hand each other, in Redis: all of it can be made again, none of it is trusted to be
 * there. `null` means "not here now": ask the other side to make it.
 */
export interface Records {
  /** `unrenderable`: forge tried and Git can no longer say what it was (rewritten history, another renderer). */
  rendering(id: string): Promise<Rendering | 'unrenderable' | null>;
  saveRendering(rendering: Rendering): Promise<void>;
  markUnrenderable(id: string): Promise<void>;
  inspection(repository: Repository, of: Previewed): Promise<Inspection | null>;
  saveInspection(inspection: Inspection): Promise<void>;
  plan(repository: Repository, of: Previewed, environment: string): Promise<PlanRecord | null>;
  savePlan(repository: Repository, of: Previewed, environment: string, plan: PlanRecord): Promise<void>;
  /**
   * The plan with that digest, also after its pull request has another; of several pull requests that do exactly the
   * same to one environment, the one that was planned last.
   */
  planByDigest(digest: string): Promise<Plan | null>;
  /** The plan that a pull request showed last while it was open; null: none is known. */
  shownPlan(repository: Repository, number: number, environment: string): Promise<Plan | null>;
  /** By its digest, of a plan that was saved. */
  saveShown(repository: Repository, number: number, environment: string, digest: string): Promise<void>;
  desired(repository: Repository, environment: string): Promise<Desired | null>;
  saveDesired(desired: Desired): Promise<void>;
  /** The latest report of an environment. */
  report(repository: Repository, environment: string): Promise<ReleaseReport | null>;
  saveReport(report: ReleaseReport): Promise<void>;
  /** The latest verdict of an environment that report-release has said to its end; null: none yet. */
  told(repository: Repository, environment: string): Promise<Told | null>;
  saveTold(told: Told): Promise<void>;
  /** What a cluster said last of an environment that moved away from it. */
  orphanCount(repository: Repository, environment: string, cluster: string): Promise<OrphanCount | null>;
  saveOrphanCount(count: OrphanCount): Promise<void>;
  /** What a cluster said of itself last. */
  clusterFacts(cluster: string): Promise<ClusterFacts | null>;
  saveClusterFacts(facts: ClusterFacts): Promise<void>;
  /**
   * Lets one more comment of an installation be answered, unless `most` were within `withinMs`; one that was let stays so. Wiped,
   * nobody was answered yet.
   */
  admitAnswer(
    installation: number,
    comment: number,
    bound: { readonly most: number; readonly withinMs: number; readonly now: number },
  ): Promise<boolean>;
}
