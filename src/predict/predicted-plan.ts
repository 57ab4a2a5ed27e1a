import type { Allowance } from '../domain/allowance.ts';
import type { Environment } from '../domain/environment.ts';
import type { JsonObject } from '../domain/json.ts';
import type { InventoryEntry, Ledger } from '../domain/ledger.ts';
import type { KubernetesObject, ManifestHook, ObjectReference } from '../domain/manifest.ts';
import type { Change, Compared, Plan } from '../domain/plan.ts';
import type { Live } from '../domain/prediction.ts';
import type { Rendering } from '../domain/rendering.ts';
import type { Repository, RepositoryFacts } from '../domain/repository.ts';
import type { Takeover } from '../plan/fields/takeover/predecessors.ts';

/** All that a plan is computed from, besides the cluster itself. */
export interface PredictionInput {
  readonly repository: Repository;
  readonly visibility: RepositoryFacts['visibility'];
  readonly environment: Environment;
  readonly allowance: Extract<Allowance, { readonly kind: 'allowed' }>;
  readonly compared: Compared;
  /** null: nothing was ever released here. */
  readonly ledger: Ledger | null;
  /** The value of `applyset.kubernetes.io/part-of` that members of this environment carry. */
  readonly applySet: string;
  /** What the ledger's commit renders; null: no release yet. `unrenderable`: drift and unreleased are shown as one. */
  readonly released: Rendering | 'unrenderable' | null;
  /** null: the path is not in that tree. For a release, `base` is the same as `released`. */
  readonly base: Rendering | null;
  readonly merged: Rendering | null;
}

/** A plan and what a release needs to carry it out. Objects hold Secret values: they never leave the worker. */
export interface PredictedPlan {
  readonly plan: Plan;
  readonly objects: readonly PlannedObject[];
  /** What the inventory holds where the environment is no longer: it stays in the cluster and leaves the inventory. */
  readonly orphaned: readonly InventoryEntry[];
}

export interface PlannedObject {
  readonly reference: ObjectReference;
  /** The merged manifest with its scope settled and the ApplySet label on it; null: Git no longer holds it. */
  readonly desired: KubernetesObject | null;
  readonly live: Live;
  /** What it will say once it is applied: what the change's diff shows of it, unmasked. null: nothing more than what lives. */
  readonly after: JsonObject | null;
  /** null: unchanged, with nothing to say about it. */
  readonly change: Change | null;
  /** The same plan creates what this one needs (its namespace or CRD): it is dry-run again after that one's wave. */
  readonly needs: readonly ObjectReference[];
  /** Absent: it is applied among the others. */
  readonly hook?: ManifestHook;
  /** Fields that Git sets and `desired` leaves to others, in the API server's notation; absent: none. */
  readonly left?: readonly string[];
  /** What becomes ours with it; absent: nobody's fields do. */
  readonly takeover?: Takeover;
}
