import { type KubernetesObject, parseApiVersion } from '../domain/manifest.ts';
import type { ApplyOutcome, FieldConflict, Live, Predicted } from '../domain/prediction.ts';
import type { Evidence, UpdateFinding } from '../plan/evidence.ts';
import { sameContent } from '../plan/fields/content.ts';
import { claimsOf, isHeldByOthers, mayClaim, secretClaims } from '../plan/fields/others/claims.ts';
import { ignoredPaths, leaveIgnored, rulesFor } from '../plan/fields/others/ignored-fields.ts';
import { type LeftField, leftClaims, sharedWith, stillLeft, withoutLeft } from '../plan/fields/others/left-fields.ts';
import { isSecret } from '../plan/manifests/settle-manifest.ts';
import { isReleased } from '../plan/ownership.ts';
import type { Conversation, Question, Stale } from './conversation.ts';
import { isOf, isStale } from './dry-run.ts';
import { predictRefusal } from './predict-refusal.ts';
import { takingOver } from './take-over.ts';

/**
 * An object that lives and stays: what released, base and merged manifest would make of it, each distinct one asked
 * about once and all at the same time.
 */
export async function predictUpdate(asked: Question, conversation: Conversation): Promise<Evidence | Stale> {
  const question = takingOver(asked, conversation);
  const { subject, live } = question;
  const { conflicts } = conversation.environment;
  return await predictLeaving(
    conflicts === 'leave' ? stillLeft(question.takeover?.object ?? live.object, subject.entry?.left ?? []) : [],
    question,
    conversation,
  );
}

async function predictLeaving(
  left: readonly LeftField[],
  question: Question,
  conversation: Conversation,
): Promise<Evidence | Stale> {
  const { live, dryRun } = question;
  const { released, base, merged } = manifestsOf(left, question, conversation);
  const [outcome, ofBase, ofReleased] = await Promise.all([
    dryRun(merged, live),
    base === merged ? null : predictOther(base, question, conversation),
    released === merged || released === base ? null : predictOther(released, question, conversation),
  ]);
  if (isStale(outcome, live) || outcome.kind === 'conflict' || ofBase === 'stale' || ofReleased === 'stale') {
    return 'stale';
  }
  const evidence = { live, desired: merged };
  if (outcome.kind === 'refused') {
    const finding = await predictRefusal(outcome.refusal, question, conversation);
    return finding === 'stale' ? finding : { ...evidence, finding };
  }
  const claims = await askClaims(question, { merged, released, base }, outcome.object, conversation);
  if (claims === 'stale') return claims;
  const leaving = conversation.environment.conflicts === 'leave' ? leftClaims(claims, merged, live.object) : null;
  const more = (leaving ?? []).filter(({ field }) => left.every((one) => one.field !== field));
  // What stays claimed although it was left out blocks, as every claim that cannot be left.
  if (more.length > 0) return await predictLeaving([...left, ...more], question, conversation);
  const ofMerged: Predicted = { ...outcome, kind: 'object' };
  const predictedBase = ofBase ?? ofMerged;
  const finding: UpdateFinding = {
    kind: 'update',
    live: live.object,
    released: ofReleased ?? (released === merged ? ofMerged : predictedBase),
    base: predictedBase,
    merged: outcome.object,
    warnings: outcome.warnings,
    claims,
    left,
    ...(outcome.doubt === undefined ? {} : { doubt: outcome.doubt }),
    ...(question.takeover === undefined ? {} : { takeover: question.takeover.takeover }),
  };
  return { ...evidence, finding };
}

interface Manifests {
  readonly released: KubernetesObject | null;
  readonly base: KubernetesObject | null;
  readonly merged: KubernetesObject;
}

// As they are applied, and as was released: without what is left to others. Versions that are the same object stay so.
function manifestsOf(
  left: readonly LeftField[],
  { subject, live, merged }: Question,
  { environment }: Conversation,
): Manifests {
  const now = left.map(({ field }) => field);
  const then = subject.entry?.left ?? [];
  const wanted = leavingAll({ released: subject.released, base: subject.base, merged }, now, [...then, ...now]);
  const rules = rulesFor(environment.ignore, subject.reference);
  const { released, base } = wanted;
  if (rules.length === 0) return wanted;
  const ignored = ignoredPaths(rules, live.object, [released, base, wanted.merged]);
  const kept = new Map<KubernetesObject | null, KubernetesObject>();
  for (const manifest of [released, base, wanted.merged]) {
    if (manifest !== null && !kept.has(manifest)) {
      kept.set(manifest, leaveIgnored(manifest, live.object, released, ignored));
    }
  }
  return {
    released: kept.get(released) ?? null,
    base: kept.get(base) ?? null,
    merged: kept.get(wanted.merged) ?? wanted.merged,
  };
}

function leavingAll(manifests: Manifests, now: readonly string[], then: readonly string[]): Manifests {
  if (then.length === 0) return manifests;
  const merged = withoutLeft(manifests.merged, now);
  const base = manifests.base && withoutLeft(manifests.base, now);
  const released = manifests.released && withoutLeft(manifests.released, then);
  const shared = sharedWith(base, merged);
  return { released: sharedWith(sharedWith(released, merged), shared), base: shared, merged };
}

// P(X) of rule 2 for what is not merged: a refusal is an answer, and a manifest that is not there is one, too.
async function predictOther(
  manifest: KubernetesObject | null,
  question: Question,
  conversation: Conversation,
): Promise<UpdateFinding['base'] | Stale> {
  const { subject, live, dryRun } = question;
  if (manifest === null) {
    const ours = isReleased(live.object, subject.entry, conversation.applySet);
    return ours ? { kind: 'absent' } : { kind: 'object', object: live.object, warnings: [] };
  }
  if (parseApiVersion(manifest.apiVersion).version !== subject.reference.version) {
    return await predictInOtherVersion(manifest, question, conversation);
  }
  const outcome = await dryRun(manifest, live);
  if (isStale(outcome, live)) return 'stale';
  return predictedOf(outcome);
}

function predictedOf(outcome: ApplyOutcome): Predicted | Stale {
  switch (outcome.kind) {
    case 'accepted':
      return { ...outcome, kind: 'object' };
    case 'refused':
      return outcome;
    case 'conflict':
      return 'stale';
  }
}

// What is written in another version of the API cannot be compared path by path (two
// versions of one autoscaler differ in six paths that nobody changed). But where it changes nothing in its own version, it changes nothing in any.
async function predictInOtherVersion(
  manifest: KubernetesObject,
  { subject, live, dryRun }: Question,
  { cluster, signal }: Conversation,
): Promise<UpdateFinding['base'] | Stale> {
  const { version } = parseApiVersion(manifest.apiVersion);
  const there: Live = await cluster.read({ ...subject.reference, version }, signal);
  if (there.kind !== 'present' || !isOf(there.object, live)) return 'stale';
  const outcome = await dryRun(manifest, live);
  if (isStale(outcome, live)) return 'stale';
  if (outcome.kind === 'accepted' && sameContent(there.object, outcome.object)) {
    return { kind: 'object', object: live.object, warnings: [] };
  }
  return { kind: 'untranslatable' };
}

// Rule 4: an apply without force names who holds what the merge would take.
async function askClaims(
  { subject, live, takeover }: Question,
  { merged, released, base }: Manifests,
  predicted: KubernetesObject,
  { cluster, releasedKnown, signal }: Conversation,
): Promise<readonly FieldConflict[] | Stale> {
  // Where nobody can say what was released, base is the best witness of what Git said before.
  const before = releasedKnown ? released : base;
  if (before === merged) return [];
  if (isSecret(subject.reference)) return secretClaims(live.object, merged, before);
  const object = takeover?.object ?? live.object;
  if (!mayClaim(object, predicted, before)) return [];
  const outcome = await cluster.apply({ object: merged, dryRun: true, force: false, uid: null }, signal);
  if (isStale(outcome, live)) return 'stale';
  const claims = outcome.kind === 'conflict' ? claimsOf(outcome.conflicts, before) : [];
  return takeover === undefined ? claims : claims.filter(({ field }) => isHeldByOthers(object, field));
}
