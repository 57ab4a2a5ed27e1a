import type { Environment } from '../domain/environment.ts';
import type { Ledger } from '../domain/ledger.ts';
import { identityKey, identityName, type KubernetesObject } from '../domain/manifest.ts';
import type { Action, Change, Plan } from '../domain/plan.ts';
import type { Problem, Rendering } from '../domain/rendering.ts';
import type { RepositoryFacts } from '../domain/repository.ts';
import { maskOf } from './change/mask.ts';
import { foreignByManager, maskedChange } from './change/masked-change.ts';
import { confirmReasons } from './confirm.ts';
import { digestOf, effectOf } from './digest.ts';
import { effectsOf } from './effects/effects.ts';
import { maskedEffects } from './effects/masked-effects.ts';
import type { Neighbours } from './effects/neighbours.ts';
import { hiddenByRule } from './fields/hidden-by-rule.ts';
import type { Judgement } from './judgement.ts';
import { isSecret } from './manifests/settle-manifest.ts';
import { redirectedSince } from './settings/redirected-since.ts';
import { releasedSettings } from './settings/released-settings.ts';

/** What a plan says besides its judgements. */
export interface AssembleInput extends Pick<Plan, 'repository' | 'cluster' | 'clusterVersion' | 'compared' | 'at'> {
  readonly environment: Pick<Environment, 'name' | 'namespace' | 'path' | 'follow' | 'prune' | 'confirm'>;
  /** null: nothing was ever released here. */
  readonly ledger: Pick<Ledger, 'released' | 'attempt'> | null;
  readonly visibility: RepositoryFacts['visibility'];
  /** Its remarks are said beside the plan. null: there are no manifests. */
  readonly merged: Pick<Rendering, 'remarks'> | null;
  /** What is wrong with the plan as a whole; what is wrong with an object stands in its change. */
  readonly problems: readonly Problem[];
  /** What was read of the cluster besides what the judgements hold. */
  readonly neighbours: Neighbours;
  /** The key of digests. */
  readonly key: Uint8Array;
}

/** Judgements and what people read of each; null: nothing. */
export interface Assembled {
  readonly plan: Plan;
  readonly judged: readonly { readonly judgement: Judgement; readonly change: Change | null }[];
}

/** A plan of judgements: digested as they are, masked last. */
export function assemblePlan(input: AssembleInput, judgements: readonly Judgement[]): Assembled {
  const mask = maskOf(judgements.flatMap(secretsOf));
  const happens = effectsOf(judgements, input.neighbours);
  const settings = { mask, visibility: input.visibility };
  const digested: string[] = [];
  const judged = judgements.map((judgement) => {
    const effect = effectOf(judgement, input.key);
    digested.push(effect);
    const effects = maskedEffects(happens.get(judgement.subject.key) ?? [], judgement, settings);
    const change = maskedChange(judgement, { effect, effects }, settings);
    return { judgement, change: change && hasVanished(judgement) ? { ...change, vanished: true as const } : change };
  });
  const changes = judged.flatMap(({ change }) => change ?? []).toSorted(byImportance);
  const quiet = judged.flatMap(({ judgement, change }) => (change === null ? [judgement] : []));
  const foreign = foreignByManager(quiet, { mask });
  const before = releasedSettings(input.ledger);
  const plan: Plan = {
    repository: input.repository,
    environment: input.environment.name,
    cluster: input.cluster,
    clusterVersion: input.clusterVersion,
    namespace: input.environment.namespace,
    compared: input.compared,
    at: input.at,
    changes,
    unchanged: judged.filter(({ judgement, change }) => change === null && judgement.desired !== null).length,
    ...(foreign.length === 0 ? {} : { foreign }),
    hidden: hiddenByRule(judgements.flatMap((judgement) => judgement.hidden)),
    problems: [
      ...input.problems,
      ...judgements.flatMap(remarkOf),
      ...judgements.flatMap(({ subject }) => subject.notes),
      ...(input.merged?.remarks ?? []),
    ],
    digest: digestOf(digested, input.key),
    confirmReasons: confirmReasons(
      changes,
      { now: input.environment.confirm, before: before.map(({ confirm }) => confirm) },
      redirectedSince(before, input.environment),
    ),
  };
  return { plan, judged };
}

function hasVanished({ action, subject, live }: Judgement): boolean {
  return action === 'create' && subject.released !== null && live.kind !== 'present';
}

function secretsOf({ subject, live }: Judgement): readonly KubernetesObject[] {
  if (!isSecret(subject.reference)) return [];
  const known = [subject.released, subject.base, subject.merged, live.kind === 'present' ? live.object : null];
  return known.filter((secret) => secret !== null);
}

function remarkOf({ subject, remark }: Judgement): readonly Problem[] {
  if (remark === null) return [];
  // It stands in base and nowhere any more: no file to point at.
  return [{ file: null, line: null, path: null, message: `${identityName(subject.reference)}: ${remark}` }];
}

// What needs a person first, then what cannot be taken back, then what the pull request does, then the rest.
const importance: Readonly<Record<Action, number>> = {
  blocked: 0,
  unknown: 1,
  delete: 2,
  replace: 3,
  update: 4,
  create: 5,
  unchanged: 6,
};

function byImportance(left: Change, right: Change): number {
  const rank = ({ action, fromPullRequest }: Change) => importance[action] + (fromPullRequest ? 0 : 0.5);
  const order = rank(left) - rank(right);
  return order !== 0 ? order : identityKey(left.identity) < identityKey(right.identity) ? -1 : 1;
}
