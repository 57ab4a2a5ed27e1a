import type { Environment } from '../domain/environment.ts';
import type { GoesWith } from '../domain/goes-with.ts';
import type { JsonObject } from '../domain/json.ts';
import type { KubernetesObject, ObjectReference, Origin } from '../domain/manifest.ts';
import type { BlockedReason, HiddenFields, KeptBackChange, PossibleChange } from '../domain/plan.ts';
import type { Certainty, Live, RefusalReason } from '../domain/prediction.ts';
import type { AttributedPath } from './fields/attribute.ts';
import type { ForeignField } from './fields/others/foreign.ts';
import type { LeftField } from './fields/others/left-fields.ts';
import type { Takeover } from './fields/takeover/predecessors.ts';
import type { Subject } from './subjects.ts';

/** A judgement on one subject, in values as they are: not yet masked, not yet for anybody's eyes. */
export type Judgement = PossibleJudgement | KeptBackJudgement;

export interface PossibleJudgement extends JudgementOfSubject {
  readonly action: PossibleChange['action'];
}

export interface KeptBackJudgement extends JudgementOfSubject {
  readonly action: KeptBackChange['action'];
  readonly reason: BlockedReason;
  /** The API server's no, where that is what blocks it: something else in the plan may cure it. */
  readonly refused: RefusalReason | null;
}

/** What every judgement says, whatever it comes to. */
export interface JudgementOfSubject {
  readonly subject: Subject;
  readonly live: Live;
  readonly desired: KubernetesObject | null;
  /** Where in Git the object stands, or what is wrong with it. */
  readonly origin: Origin | null;
  readonly certainty: Certainty;
  readonly paths: readonly AttributedPath[];
  /** What the diff is made of; null: not there, or not to be shown. */
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  readonly warnings: readonly string[];
  /** What else a person should know of it; null: nothing. */
  readonly remark: string | null;
  readonly adopted: boolean;
  /** What becomes ours with it; absent: nobody's fields do. */
  readonly takeover?: Takeover;
  readonly fromPullRequest: boolean;
  readonly hidden: readonly HiddenFields[];
  /** Fields that Git sets and that are left to others (`conflicts: leave`). */
  readonly left: readonly LeftField[];
  /** Fields that others set and Git does not mention. */
  readonly foreign: readonly ForeignField[];
  readonly needs: readonly ObjectReference[];
  /** What comes or goes with it, and is no part of the plan. */
  readonly goesWith?: GoesWith;
}

/** What a judgement depends on besides the evidence. */
export interface JudgeSettings {
  readonly environment: Pick<Environment, 'conflicts' | 'foreign' | 'ignore'>;
  readonly applySet: string;
  /** false: the released commit can no longer be rendered. */
  readonly releasedKnown: boolean;
}
