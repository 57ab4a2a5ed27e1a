import { identityName } from '../domain/manifest.ts';
import type { Live } from '../domain/prediction.ts';
import type { Evidence } from '../plan/evidence.ts';
import type { Subject } from '../plan/subjects.ts';
import type { Conversation } from './conversation.ts';
import { predictObject } from './predict-object.ts';

/**
 * Reads everything that lives, by lists, then asks about all objects at once: how many questions are really in flight
 * is the cluster's own limit. Nothing is sent about a subject that may not be.
 */
export async function collectEvidence(
  subjects: readonly Subject[],
  conversation: Conversation,
): Promise<readonly (readonly [Subject, Evidence])[]> {
  const asked = subjects.filter(({ stop }) => stop === null);
  const live = await conversation.cluster.live(
    asked.map(({ reference }) => reference),
    conversation.signal,
  );
  return await Promise.all(
    subjects.map(async (subject) => [subject, await evidenceOf(subject, live.get(subject.key), conversation)] as const),
  );
}

async function evidenceOf(subject: Subject, live: Live | undefined, conversation: Conversation): Promise<Evidence> {
  const desired = subject.merged;
  if (subject.stop !== null) return { live: notRead, desired, finding: { kind: 'stopped', reason: subject.stop } };
  const [definition] = subject.needs;
  if (definition !== undefined) {
    const why = `${identityName(definition)} is created by the same plan`;
    return { live: live ?? notRead, desired, finding: { kind: 'unborn', why } };
  }
  return await predictObject(subject, live ?? notRead, conversation);
}

const notRead: Live = { kind: 'unreadable', reason: 'nothing was read' };
