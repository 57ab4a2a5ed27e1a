import { replaceAnnotation } from '../domain/manifest.ts';
import type { Refusal } from '../domain/prediction.ts';
import type { Finding } from '../plan/evidence.ts';
import { ownershipOf } from '../plan/ownership.ts';
import { freshName, hasOwnName, isImmutable } from '../plan/refusals/immutable.ts';
import { allWrongFields } from './all-wrong-fields.ts';
import type { Conversation, Question, Stale } from './conversation.ts';

/**
 * An update that is refused is asked once more under a fresh name, which tells what cannot be
 * changed from what is wrong in itself; and where its owner opted in, it becomes a replacement.
 */
export async function predictRefusal(
  refusal: Refusal,
  question: Question,
  { cluster, applySet, signal }: Conversation,
): Promise<Finding | Stale> {
  const { subject, live, merged, dryRun } = question;
  const refused = { kind: 'refused', live: live.object, refusal, replacement: null } as const;
  if (refusal.reason !== 'invalid') {
    const all = await allWrongFields(refusal, merged, (manifest) => dryRun(manifest, live));
    return { ...refused, refusal: all };
  }
  const renamed = { ...merged, metadata: { ...merged.metadata, name: freshName } };
  const probe = hasOwnName(merged.kind)
    ? null
    : await cluster.apply({ object: renamed, dryRun: true, force: true, uid: null }, signal);
  if (!isImmutable(refusal, probe)) return refused;
  const immutable = { ...refused, refusal: { ...refusal, reason: 'immutable' } } as const;
  const wanted = merged.metadata.annotations?.[replaceAnnotation] === 'true';
  // Only ours is ours to delete.
  const ours = ownershipOf(live.object, subject.entry, applySet).kind === 'held';
  if (!wanted || !ours || probe?.kind !== 'accepted') return immutable;
  const { uid = '', name } = live.object.metadata;
  const removal = await cluster.remove({ reference: subject.reference, uid, dryRun: true }, signal);
  if (removal.kind === 'gone') return 'stale';
  if (removal.kind === 'refused') return { kind: 'removal', live: live.object, refusal: removal.message };
  const replacement = { ...probe.object, metadata: { ...probe.object.metadata, name } };
  return { ...immutable, replacement };
}
