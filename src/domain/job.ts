import type { Previewed, QueueBranch } from './merge-group.ts';
import type { ChartOptions } from './rendering.ts';
import type { CommitId, Repository } from './repository.ts';

/**
 * A job carries a key, never a payload to trust: its handler reads the forge, Git and the cluster anew.
 * Every job may run twice, late, or beside a crashed copy of itself, with the same end.
 */
export type Job = ForgeJob | ClusterJob;

export type ForgeJob =
  | { readonly kind: 'inspect-pull-request'; readonly repository: Repository; readonly number: number }
  /** `branch`: of the merge queue. */
  | { readonly kind: 'inspect-merge-group'; readonly repository: Repository; readonly branch: QueueBranch }
  | { readonly kind: 'present-merge-group'; readonly repository: Repository; readonly branch: QueueBranch }
  /** All checks on a commit are asked for again. */
  | { readonly kind: 'inspect-head'; readonly repository: Repository; readonly head: CommitId }
  | { readonly kind: 'present-pull-request'; readonly repository: Repository; readonly number: number }
  /**
   * `before` is a hint: the tip before the push, so that an environment's first release is seen in a push of several
   * commits.
   */
  | {
      readonly kind: 'fan-out-push';
      readonly repository: Repository;
      readonly branch: string;
      readonly asked: 'push' | 'sweep';
      readonly before: CommitId | null;
    }
  /** Makes a released rendering again that a cluster worker missed, then asks for `afterwards`. */
  | {
      readonly kind: 'render-environment';
      readonly repository: Repository;
      readonly environment: string;
      readonly commit: CommitId;
      readonly path: string;
      /** `RenderingSource.chart`, as it was released. */
      readonly chart: ChartOptions | null;
      /** `Rendering.id` that is missed. */
      readonly rendering: string;
      readonly afterwards: EnvironmentJob;
    }
  | {
      readonly kind: 'run-command';
      readonly repository: Repository;
      readonly number: number;
      readonly comment: number;
      /** `bodyDigest` of the comment as its author wrote it: only the webhook tells, since others may edit it. */
      readonly written: string;
    }
  /** Somebody pressed *Confirm* beside a plan. Nothing but the webhook tells who and which, so the job carries it. */
  | {
      readonly kind: 'press-confirm';
      readonly repository: Repository;
      readonly number: number;
      readonly digest: string;
      /** A login. */
      readonly by: string;
    }
  /** `others`: environments whose reports were asked for before this one's, and are said together with it. */
  | {
      readonly kind: 'report-release';
      readonly repository: Repository;
      readonly environment: string;
      readonly others?: readonly string[];
    }
  | { readonly kind: 'sweep-installations' }
  | { readonly kind: 'sweep'; readonly installation: number }
  | { readonly kind: 'sweep-repository'; readonly repository: Repository };

export type ClusterJob =
  | {
      readonly kind: 'predict-environment';
      readonly repository: Repository;
      readonly number: Previewed;
      readonly environment: string;
      readonly cluster: string;
    }
  | {
      readonly kind: 'converge-environment';
      readonly repository: Repository;
      readonly environment: string;
      readonly cluster: string;
    }
  | {
      readonly kind: 'observe-environment';
      readonly repository: Repository;
      readonly environment: string;
      readonly cluster: string;
    }
  /**
   * Writes down which version and APIs a cluster has, then asks for the job that waits for that: it could render no chart, or plan
   * nothing while the cluster was away.
   */
  | { readonly kind: 'tell-cluster-facts'; readonly cluster: string; readonly afterwards: RenderingJob };

/** What renders. */
export type RenderingJob = Extract<
  ForgeJob,
  { readonly kind: 'inspect-pull-request' | 'inspect-merge-group' | 'fan-out-push' | 'render-environment' }
>;

/** What plans, releases or observes one environment. */
export type EnvironmentJob = Exclude<ClusterJob, { readonly kind: 'tell-cluster-facts' }>;

export type JobKind = Job['kind'];
export type JobOf<K extends JobKind> = Extract<Job, { readonly kind: K }>;

/** What the sweep asks of a branch, and whoever wants its environments looked at again: it takes no person's place. */
export function sweepOf(repository: Repository, branch: string): JobOf<'fan-out-push'> {
  return { kind: 'fan-out-push', repository, branch, asked: 'sweep', before: null };
}

/** What is done on the forge, for all repositories. */
export const forgeQueue = 'forge';

/** What is done on a cluster, so that its release never waits for a preview. Queue names hold no `:` (BullMQ refuses it). */
export function clusterQueues(cluster: string): { readonly preview: string; readonly release: string } {
  return { preview: `preview-${cluster}`, release: `release-${cluster}` };
}

/** The queue a job belongs to. */
export function queueOf(job: Job): string {
  switch (job.kind) {
    case 'inspect-pull-request':
    case 'inspect-merge-group':
    case 'present-merge-group':
    case 'inspect-head':
    case 'present-pull-request':
    case 'fan-out-push':
    case 'render-environment':
    case 'run-command':
    case 'press-confirm':
    case 'report-release':
    case 'sweep-installations':
    case 'sweep':
    case 'sweep-repository':
      return forgeQueue;
    case 'predict-environment':
    case 'tell-cluster-facts':
      return clusterQueues(job.cluster).preview;
    case 'converge-environment':
    case 'observe-environment':
      return clusterQueues(job.cluster).release;
  }
}

/** Whether a cluster worker does it; else forge does. */
export function isClusterJob(job: Job): job is ClusterJob {
  return queueOf(job) !== forgeQueue;
}

/** One job at a time for each key; what arrives meanwhile coalesces into one more run. */
export function keyOf(job: Job): string {
  switch (job.kind) {
    case 'inspect-pull-request':
    case 'present-pull-request':
      return `${job.kind} ${job.repository.id}#${job.number}`;
    case 'inspect-head':
      return `${job.kind} ${job.repository.id}@${job.head}`;
    case 'inspect-merge-group':
    case 'present-merge-group':
    case 'fan-out-push':
      return `${job.kind} ${job.repository.id}@${job.branch}`;
    case 'render-environment':
      return `${job.kind} ${job.repository.id}/${job.environment}@${job.commit} ${keyOf(job.afterwards)}`;
    case 'run-command':
      return `${job.kind} ${job.comment}`;
    case 'press-confirm':
      return `${job.kind} ${job.repository.id}#${job.number} ${job.digest} ${job.by}`;
    case 'sweep-installations':
      return job.kind;
    case 'sweep':
      return `${job.kind} ${job.installation}`;
    case 'report-release':
    case 'sweep-repository':
      return `${job.kind} ${job.repository.id}`;
    case 'predict-environment':
      return `${job.kind} ${job.repository.id}#${job.number}/${job.environment}`;
    case 'converge-environment':
    case 'observe-environment':
      return `${job.kind} ${job.repository.id}/${job.environment}`;
    case 'tell-cluster-facts':
      return `${job.kind} ${keyOf(job.afterwards)}`;
  }
}

/**
 * Who takes turns in a queue: a repository, however much is asked of it. Its releases and those who comment there have turns of
 * their own, so that no release stands behind questions, or behind pull requests that anybody may open.
 */
export function laneOf(job: Job): string {
  switch (job.kind) {
    case 'sweep-installations':
      return job.kind;
    case 'sweep':
      return `${job.kind} ${job.installation}`;
    case 'run-command':
      return `${job.kind} ${job.repository.id}`;
    case 'tell-cluster-facts':
    case 'render-environment':
      return laneOf(job.afterwards);
    case 'fan-out-push':
    case 'press-confirm':
    case 'report-release':
    case 'converge-environment':
    case 'observe-environment':
      return `release ${job.repository.id}`;
    case 'inspect-pull-request':
    case 'inspect-merge-group':
    case 'present-merge-group':
    case 'inspect-head':
    case 'present-pull-request':
    case 'sweep-repository':
    case 'predict-environment':
      return `${job.repository.id}`;
  }
}
