import type { KubernetesObject } from '../domain/manifest.ts';
import type { Live } from '../domain/prediction.ts';
import type { Evidence, Finding } from '../plan/evidence.ts';
import { isFleeting } from '../plan/fleeting.ts';
import { isSecret, partOf } from '../plan/manifests/settle-manifest.ts';
import { otherOwner, otherOwnerWords } from '../plan/other-owner.ts';
import { isReleased, ownershipOf } from '../plan/ownership.ts';
import type { Subject } from '../plan/subjects.ts';
import { allWrongFields } from './all-wrong-fields.ts';
import type { Conversation, Question, Stale } from './conversation.ts';
import { type DryRun, dryRunsOf, isStale } from './dry-run.ts';
import { predictRefusal } from './predict-refusal.ts';
import { predictUpdate } from './predict-update.ts';

/** How often an object that moves is read again before the plan gives up on it. */
const readings = 3;

/**
 * Everything a judgement on one object needs, asked of the API server: at one and the same state of what lives. A
 * prediction carries the resourceVersion that it was computed from; where two differ, all are asked again.
 */
export async function predictObject(subject: Subject, first: Live, conversation: Conversation): Promise<Evidence> {
  const dryRun = dryRunsOf(conversation.cluster, conversation.signal);
  let live = first;
  for (let reading = 0; ; reading++) {
    const evidence = await ask(subject, live, dryRun, conversation);
    if (evidence !== 'stale') return evidence;
    if (reading === readings) return { live, desired: subject.merged, finding: { kind: 'moving' } };
    live = await conversation.cluster.read(subject.reference, conversation.signal);
  }
}

async function ask(
  subject: Subject,
  live: Live,
  dryRun: DryRun,
  conversation: Conversation,
): Promise<Evidence | Stale> {
  const { merged } = subject;
  const found = (finding: Finding | Stale): Evidence | Stale =>
    finding === 'stale' ? finding : { live, desired: merged, finding };
  switch (live.kind) {
    case 'unreadable':
      return found({ kind: 'unreadable', why: live.reason });
    case 'absent':
      return found(
        merged === null || isSpent(subject) ? { kind: 'gone' } : await predictCreation(merged, live, dryRun),
      );
    case 'present':
      if (merged === null) return found(await predictRemoval(subject, live.object, conversation));
      return await predictChange({ subject, live, merged, dryRun }, conversation);
  }
}

/** It was made here, nobody wants it otherwise, and it has gone away by itself. */
function isSpent({ entry, released, merged }: Subject): boolean {
  return merged !== null && released === merged && entry !== null && entry.uid !== null && isFleeting(merged);
}

async function predictCreation(merged: KubernetesObject, live: Live, dryRun: DryRun): Promise<Finding | Stale> {
  const outcome = await dryRun(merged, live);
  if (isStale(outcome, live) || outcome.kind === 'conflict') return 'stale';
  if (outcome.kind === 'refused') {
    const refusal = await allWrongFields(outcome.refusal, merged, (manifest) => dryRun(manifest, live));
    return { kind: 'refused', live: null, refusal, replacement: null };
  }
  return { kind: 'creation', predicted: outcome.object, warnings: outcome.warnings };
}

async function predictRemoval(
  { entry, reference }: Subject,
  live: KubernetesObject,
  { cluster, applySet, environment, signal }: Conversation,
): Promise<Finding | Stale> {
  const ownership = ownershipOf(live, entry, applySet);
  if (entry === null || ownership.kind === 'foreign') {
    return { kind: 'kept', live, why: 'it stays in the cluster: it was never released from here' };
  }
  if (!environment.prune) return { kind: 'kept', live, why: 'it stays in the cluster: pruning is off' };
  switch (ownership.kind) {
    case 'another-set':
      return stoppedBySet(ownership.set);
    case 'mismatch': {
      const message = `it is not deleted, for ${ownership.why}. Delete it by hand, or give it back to Git`;
      return { kind: 'stopped', reason: { code: 'identity-mismatch', message } };
    }
    case 'held': {
      const outcome = await cluster.remove({ reference, uid: live.metadata.uid ?? '', dryRun: true }, signal);
      if (outcome.kind === 'gone') return 'stale';
      return { kind: 'removal', live, refusal: outcome.kind === 'refused' ? outcome.message : null };
    }
  }
}

async function predictChange(question: Question, conversation: Conversation): Promise<Evidence | Stale> {
  const { subject, live, merged } = question;
  const { applySet } = conversation;
  const ownership = ownershipOf(live.object, subject.entry, applySet);
  if (ownership.kind === 'another-set') return { live, desired: merged, finding: stoppedBySet(ownership.set) };
  const ours = isReleased(live.object, subject.entry, applySet);
  const other = ours ? null : otherOwner(live.object);
  if (other !== null && !other.managers.some((manager) => conversation.environment.adopt.includes(manager))) {
    const reason = { code: 'owned-elsewhere', message: otherOwnerWords(other) } as const;
    return { live, desired: merged, finding: { kind: 'stopped', reason } };
  }
  if (isSecret(subject.reference) && !ours) {
    const finding = await predictForeignSecret(question, conversation);
    return finding === 'stale' ? finding : { live, desired: merged, finding };
  }
  return await predictUpdate(question, conversation);
}

// Asked about only where it is to be taken whatever it holds: any other answer would confirm a guessed value.
async function predictForeignSecret(question: Question, conversation: Conversation): Promise<Finding | Stale> {
  const { live, merged, dryRun } = question;
  if (conversation.environment.conflicts !== 'take') {
    const message =
      'a Secret of this name lives already and was never released from here, so it is not touched. To take it set `conflicts: take`, or give it up in Git';
    return { kind: 'stopped', reason: { code: 'claim', message } };
  }
  const outcome = await dryRun(merged, live);
  if (isStale(outcome, live) || outcome.kind === 'conflict') return 'stale';
  if (outcome.kind === 'refused') return await predictRefusal(outcome.refusal, question, conversation);
  return { kind: 'foreign-secret', live: live.object, warnings: outcome.warnings };
}

function stoppedBySet(set: string): Finding {
  const message = `it belongs to another set (${set}): another environment or another tool owns it. To have it owned here, take the label ${partOf} off the object`;
  return { kind: 'stopped', reason: { code: 'owned-elsewhere', message } };
}
