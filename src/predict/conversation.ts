import type { Environment } from '../domain/environment.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import type { Live } from '../domain/prediction.ts';
import type { Takeover } from '../plan/fields/takeover/predecessors.ts';
import type { Subject } from '../plan/subjects.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { DryRun } from './dry-run.ts';

/** With whom, and by which rules, one object's prediction is made. */
export interface Conversation {
  readonly cluster: Cluster;
  readonly applySet: string;
  readonly environment: Pick<Environment, 'prune' | 'conflicts' | 'foreign' | 'adopt' | 'ignore'>;
  /** false: the released commit can no longer be rendered. */
  readonly releasedKnown: boolean;
  /**
   * What becomes of an object that a webhook keeps the API server from answering about: a plan tells it, a release is tried
   * again as a whole.
   */
  readonly unanswered: 'told' | 'thrown';
  readonly signal: AbortSignal;
}

/** What a question is about: one state of one object. */
export interface Question {
  readonly subject: Subject;
  readonly live: Extract<Live, { readonly kind: 'present' }>;
  readonly merged: KubernetesObject;
  readonly dryRun: DryRun;
  /** Absent: nothing of it is anybody else's manifest. */
  readonly takeover?: TakeoverQuestion;
}

/** What becomes ours with an object, and the living object as if it were so already. */
export interface TakeoverQuestion {
  readonly takeover: Takeover;
  readonly object: KubernetesObject;
}

/** The object changed while it was asked about: what was answered is about no one state of it. */
export type Stale = 'stale';
