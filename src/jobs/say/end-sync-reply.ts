import { replyMarker } from '../../domain/marker.ts';
import {
  type Desired,
  isPassing,
  precedesSync,
  type ReleaseReport,
  type RepliedComment,
} from '../../domain/release.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { Comments } from '../../ports/forge.ts';
import type { Records } from '../../ports/records.ts';
import { endOfSync, overtakenSync, withSyncEnd } from '../../present/reply/ended-sync.ts';
import { withheldSync } from '../../present/reply/sync-reply.ts';
import { ownComment } from '../said/own-comment.ts';

export interface SyncReplyPorts {
  readonly forge: Pick<Comments, 'comments' | 'keepComment'>;
  readonly records: Pick<Records, 'desired' | 'report'>;
}

/** Says in the reply to a `/sync` how its release ended, or what it waits for. Said already, it writes nothing. */
export async function endSyncReply(repository: Repository, environment: string, ports: SyncReplyPorts): Promise<void> {
  const desired = await ports.records.desired(repository, environment);
  const reply = desired === null ? null : replyOf(desired);
  const report = await ports.records.report(repository, environment);
  if (desired === null || reply === null || report === null || !isEndOf(desired, report)) return;
  await edit({ repository, environment, reply, end: endOfSync(report) }, ports);
}

/** What takes the place of what a `/sync` asked for. */
interface Next {
  readonly commit: CommitId;
  /** When the `/sync` that asks for it was written; null: none does. */
  readonly syncedAt: string | null;
  /** Why nothing is released; null: it is. */
  readonly withheld: string | null;
}

/** The same before something else is desired: later nobody would know of the reply. */
export async function leaveSyncReply(previous: Desired | null, next: Next, ports: SyncReplyPorts): Promise<void> {
  const reply = previous === null ? null : replyOf(previous);
  if (previous?.kind !== 'wanted' || reply === null) return;
  const { repository, environment, asked, commit } = previous;
  if (asked.kind === 'sync' && asked.at === next.syncedAt) return;
  const { name } = environment;
  const report = await ports.records.report(repository, name);
  if (report !== null && isEndOf(previous, report)) {
    return edit({ repository, environment: name, reply, end: endOfSync(report) }, ports);
  }
  if (next.withheld === null && commit === next.commit) return;
  const end = next.withheld === null ? overtakenSync(next.commit) : withheldSync(next.commit, next.withheld);
  await edit({ repository, environment: name, reply, end }, ports);
}

function replyOf(desired: Desired): RepliedComment | null {
  return desired.kind === 'wanted' && desired.asked.kind === 'sync' ? (desired.asked.reply ?? null) : null;
}

/** Whether a report is of what is desired, was made since that was asked for, and will stand for a while. */
function isEndOf(desired: Desired, report: ReleaseReport): boolean {
  if (desired.kind !== 'wanted' || desired.asked.kind !== 'sync' || report.commit !== desired.commit) return false;
  return !isPassing(report) && !precedesSync(report, desired);
}

async function edit(
  at: {
    readonly repository: Repository;
    readonly environment: string;
    readonly reply: RepliedComment;
    readonly end: string;
  },
  { forge }: SyncReplyPorts,
): Promise<void> {
  const { repository, environment, end } = at;
  const { number, comment } = at.reply;
  const marker = replyMarker(comment);
  const standing = await ownComment({ repository, number }, marker, forge);
  if (standing === null) return;
  const body = withSyncEnd(standing.body, environment, end);
  if (body !== standing.body) await forge.keepComment(repository, number, marker, body);
}
