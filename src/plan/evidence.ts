import type { KubernetesObject } from '../domain/manifest.ts';
import type { BlockedReason } from '../domain/plan.ts';
import type { FieldConflict, Live, Predicted, Refusal } from '../domain/prediction.ts';
import type { LeftField } from './fields/others/left-fields.ts';
import type { Takeover } from './fields/takeover/predecessors.ts';

/** What was read and what the API server answered about one subject: all that a judgement on it is made of. */
export interface Evidence {
  readonly live: Live;
  /** The merged manifest as it would be applied (ignored and claimed fields left as they live); null: Git does not hold it. */
  readonly desired: KubernetesObject | null;
  readonly finding: Finding;
}

export type Finding =
  /** Nothing was sent, or nothing more: an answer could not change it. */
  | { readonly kind: 'stopped'; readonly reason: BlockedReason }
  | { readonly kind: 'unreadable'; readonly why: string }
  /** The API server could not say: what it has to ask does not answer. */
  | { readonly kind: 'unanswered'; readonly why: string }
  /** The object changed between every reading and its dry runs. */
  | { readonly kind: 'moving' }
  /** It does not live, and Git does not want it to, or it did what it was for. */
  | { readonly kind: 'gone' }
  /** It lives, Git does not hold it, and it is not ours to delete. */
  | { readonly kind: 'kept'; readonly live: KubernetesObject; readonly why: string }
  /** Dry-run DELETE; `refusal` is the API server's no. */
  | { readonly kind: 'removal'; readonly live: KubernetesObject; readonly refusal: string | null }
  /** Its namespace or its kind is born with the same plan: there is nobody to ask yet. */
  | { readonly kind: 'unborn'; readonly why: string }
  | { readonly kind: 'creation'; readonly predicted: KubernetesObject; readonly warnings: readonly string[] }
  | UpdateFinding
  | {
      readonly kind: 'refused';
      readonly live: KubernetesObject | null;
      readonly refusal: Refusal;
      /** What it would be under a fresh name: it can be replaced. Only where the refusal is `immutable`. */
      readonly replacement: KubernetesObject | null;
    }
  /**
   * A Secret that lives outside the ledger: whether a value equals the one in Git is nobody's business, so that neither
   * action nor text may depend on it.
   */
  | { readonly kind: 'foreign-secret'; readonly live: KubernetesObject; readonly warnings: readonly string[] };

export interface UpdateFinding {
  readonly kind: 'update';
  readonly live: KubernetesObject;
  /** `untranslatable`: written in another version of the API, in which it would change something. */
  readonly released: Predicted | { readonly kind: 'untranslatable' };
  readonly base: Predicted | { readonly kind: 'untranslatable' };
  readonly merged: KubernetesObject;
  readonly warnings: readonly string[];
  /** Fields that the merge takes from others and that were never released by us. */
  readonly claims: readonly FieldConflict[];
  /** Fields that Git sets and that are left to others: none of the predictions sets them. */
  readonly left: readonly LeftField[];
  /** Why what is predicted may come otherwise; absent: it comes so. */
  readonly doubt?: string;
  /** Absent: nobody's fields become ours with it. */
  readonly takeover?: Takeover;
}
