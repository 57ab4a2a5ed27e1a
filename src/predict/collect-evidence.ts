import { Failure } from '../domain/failure.ts';
import { identityName } from '../domain/manifest.ts';
import type { Live } from '../domain/prediction.ts';
import type { Evidence } from '../plan/evidence.ts';
import type { Subject } from '../plan/subjects.ts';
import type { Conversation } from './conversation.ts';
import { predictObject } from './predict-object.ts';
import { type MemoryOptions, nothingRemembered, recallUnchanged } from './unchanged-memory.ts';

/**
 * Reads everything that lives, by lists, then asks about all objects at once: how many questions are really in flight
 * is the cluster's own limit. Nothing is sent about a subject that may not be, nor about one that is known unchanged.
 * `memory` null: everything is asked.
 */
export async function collectEvidence(
  subjects: readonly Subject[],
  conversation: Conversation,
  memory: MemoryOptions | null,
): Promise<readonly (readonly [Subject, Evidence])[]> {
  const asked = subjects.filter(({ stop }) => stop === null);
  const live = await conversation.cluster.live(
    asked.map(({ reference }) => reference),
    conversation.signal,
  );
  const remembered = memory === null ? nothingRemembered : await recallUnchanged(asked, live, memory, conversation);
  const evidence = await Promise.all(
    subjects.map(async (subject) => {
      const known = remembered.evidence(subject);
      return [subject, known ?? (await evidenceOf(subject, live.get(subject.key), conversation))] as const;
    }),
  );
  await remembered.learn(evidence);
  return evidence;
}

async function evidenceOf(subject: Subject, live: Live | undefined, conversation: Conversation): Promise<Evidence> {
  const desired = subject.merged;
  if (subject.stop !== null) return { live: notRead, desired, finding: { kind: 'stopped', reason: subject.stop } };
  const [definition] = subject.needs;
  if (definition !== undefined) {
    const why = `${identityName(definition)} is created by the same plan`;
    return { live: live ?? notRead, desired, finding: { kind: 'unborn', why } };
  }
  try {
    return await predictObject(subject, live ?? notRead, conversation);
  } catch (error) {
    const why = conversation.unanswered === 'told' ? silentWebhook(error) : null;
    if (why === null) throw error;
    return { live: live ?? notRead, desired, finding: { kind: 'unanswered', why } };
  }
}

/** A webhook that does not answer concerns the objects that it is asked about, and no others. null: it is none. */
function silentWebhook(error: unknown): string | null {
  if (!(error instanceof Failure) || error.code !== 'cluster-unreachable') return null;
  return /failed calling webhook "[^"]*"|conversion webhook for [^:]* failed/.exec(error.message)?.[0] ?? null;
}

const notRead: Live = { kind: 'unreadable', reason: 'nothing was read' };
