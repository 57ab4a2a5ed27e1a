import type { ClusterEntry } from '../../domain/allowance.ts';
import type { Environment } from '../../domain/environment.ts';
import type { Asked, Departure, Desired } from '../../domain/release.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CheckRuns, Comments, PullRequests, Repositories, Statuses } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';
import type { Renderer } from '../../ports/renderer.ts';
import type { SettingsReading } from '../repository/read-settings.ts';
import type { DepartureGit } from './departures.ts';

/** All that writing what environments should be touches: the forge, Git, and what it hands to the clusters. */
export interface DesirePorts {
  readonly forge: Pick<Repositories, 'facts'> &
    Pick<PullRequests, 'pullRequestsOf'> &
    Pick<CheckRuns, 'checkRuns'> &
    Pick<Comments, 'comments' | 'keepComment'> &
    Statuses;
  readonly git: DepartureGit & Pick<Git, 'tip' | 'fetchCommit' | 'isAncestor'>;
  readonly renderer: Renderer;
  readonly records: Pick<Records, 'desired' | 'saveDesired' | 'saveRendering' | 'report' | 'orphanCount'>;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly clusters: readonly ClusterEntry[];
}

/** For the environments of one push together. `forge` reads once for all of them. */
export interface SharingPorts extends DesirePorts {
  /** Reads anew what another job may have written meanwhile: a verdict is never written over by what was before it. */
  readonly afresh: Statuses;
}

/** That an environment be at a commit. */
export interface Wish {
  readonly reading: Extract<SettingsReading, { readonly kind: 'read' }>;
  /** The tip before the push, where the webhook told. */
  readonly before: CommitId | null;
  readonly asked: Asked;
  readonly environment: Environment;
  /** The tip of the branch that the environment follows. */
  readonly commit: CommitId;
  /** From another cluster; null: it left none lately. */
  readonly departure: Departure | null;
  /** What was desired before the tip was read. */
  readonly previous: Desired | null;
}
