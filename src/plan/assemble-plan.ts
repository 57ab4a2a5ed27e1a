import type { Environment } from '../domain/environment.ts';
import type { Json } from '../domain/json.ts';
import type { Ledger } from '../domain/ledger.ts';
import { type IdentityKey, identityName, type KubernetesObject } from '../domain/manifest.ts';
import type { Change, Plan } from '../domain/plan.ts';
import type { Problem, Rendering } from '../domain/rendering.ts';
import type { RepositoryFacts } from '../domain/repository.ts';
import { askedToConfirm } from './asked-to-confirm.ts';
import { byImportance } from './by-importance.ts';
import { type Mask, maskOf } from './change/mask.ts';
import { foreignByManager, type MaskedChangeSettings, maskedChange, maskedRemark } from './change/masked-change.ts';
import { isSecretKind } from './change/opaque.ts';
import { digestOf, effectOf } from './digest.ts';
import { effectsOf } from './effects/effects.ts';
import { maskedEffects } from './effects/masked-effects.ts';
import type { Neighbours } from './effects/neighbours.ts';
import { hiddenByRule } from './fields/others/hidden-by-rule.ts';
import type { Judgement } from './judgement.ts';
import { lostByTakeover } from './lost-by-takeover.ts';
import { namesakes } from './namesakes.ts';
import { redirectedSince } from './settings/redirected-since.ts';
import { releasedSettings } from './settings/released-settings.ts';
import type { Subject } from './subjects.ts';

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
  const mask = maskOfPlan(judgements, input);
  const happens = effectsOf(judgements, input.neighbours);
  const settings = { mask, visibility: input.visibility };
  const same = namesakes(judgements.map(({ subject }) => subject.reference));
  const digested: string[] = [];
  const told = judgements.map((judgement) => {
    const effect = effectOf(judgement, input.key);
    digested.push(effect);
    const effects = maskedEffects(happens.get(judgement.subject.key) ?? [], judgement, settings);
    const change = maskedChange(judgement, { effect, effects }, settings);
    const loses = lostByTakeover(judgement, input.key) ?? [];
    const more = { ...markOf(judgement, same), ...(loses.length === 0 ? {} : { loses }) };
    return { judgement, change: change && { ...change, ...more } };
  });
  const sorted = told.flatMap(({ change }) => change ?? []).toSorted(byImportance);
  const before = releasedSettings(input.ledger);
  const asked = askedToConfirm(
    sorted,
    { now: input.environment.confirm, before: before.map(({ confirm }) => confirm) },
    redirectedSince(before, input.environment),
  );
  const asking = new Map([...asked.changes].map((change) => [change, { ...change, asks: true as const }]));
  const changes = sorted.map((change) => asking.get(change) ?? change);
  const judged = told.map(({ judgement, change }) => ({
    judgement,
    change: change && (asking.get(change) ?? change),
  }));
  const quiet = judged.flatMap(({ judgement, change }) => (change === null ? [judgement] : []));
  const foreign = foreignByManager(quiet, { mask });
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
    hidden: hiddenByRule(judgements.flatMap((judgement) => judgement.hidden)).map((one) => ({
      ...one,
      path: mask.text(one.path),
    })),
    problems: [
      ...input.problems,
      ...judgements.flatMap((judgement) => remarkOf(judgement, settings)),
      ...remarksOf(judgements, input).map((problem) => ({ ...problem, message: mask.text(problem.message) })),
    ],
    digest: digestOf({ repository: input.repository, environment: input.environment.name }, digested, input.key),
    confirmReasons: asked.reasons,
  };
  return { plan, judged };
}

function markOf(judgement: Judgement, same: ReadonlySet<IdentityKey>): Pick<Change, 'vanished' | 'namesake'> {
  return {
    ...(hasVanished(judgement) && { vanished: true as const }),
    ...(same.has(judgement.subject.key) && { namesake: true as const }),
  };
}

function hasVanished({ action, subject, live }: Judgement): boolean {
  return action === 'create' && subject.released !== null && live.kind !== 'present';
}

/** What Git says is known to whoever reads it: a value that only lives must not be found out by writing it there. */
function maskOfPlan(judgements: readonly Judgement[], input: AssembleInput): Mask {
  const secrets = judgements.filter(({ subject }) => isSecretKind(subject.reference));
  return maskOf({
    written: secrets.flatMap(({ subject }) => manifestsOf(subject)),
    live: secrets.flatMap(({ live }) => (live.kind === 'present' ? [live.object] : [])),
    said: saidBeside(judgements, input),
  });
}

function* saidBeside(judgements: readonly Judgement[], input: AssembleInput): Iterable<Json> {
  for (const { message } of remarksOf(judgements, input)) yield message;
  for (const { subject } of judgements) {
    const isHidden = isSecretKind(subject.reference);
    for (const one of manifestsOf(subject)) yield isHidden ? { ...one, data: undefined, stringData: undefined } : one;
  }
}

function manifestsOf({ released, base, merged }: Subject): readonly KubernetesObject[] {
  return [...new Set([released, base, merged])].filter((one) => one !== null);
}

/** What Git's reader remarked, in words that may repeat what it read. */
function remarksOf(judgements: readonly Judgement[], { merged }: AssembleInput): readonly Problem[] {
  return [...judgements.flatMap(({ subject }) => subject.notes), ...(merged?.remarks ?? [])];
}

function remarkOf(judgement: Judgement, settings: MaskedChangeSettings): readonly Problem[] {
  const remark = maskedRemark(judgement, settings);
  if (remark === null) return [];
  // It stands in base and nowhere any more: no file to point at.
  const message = `${identityName(judgement.subject.reference)}: ${remark}`;
  return [{ file: null, line: null, path: null, message }];
}
