import { type Orphaned, orphanedWords } from '../../domain/orphaned.ts';
import { confirmEnding, leadOf } from '../../domain/own-status.ts';
import { isVerdict, type ReleaseReport } from '../../domain/release.ts';
import type { CommitId } from '../../domain/repository.ts';
import { count } from '../text/markdown.ts';
import { duration, since } from '../text/times.ts';
import { clip, clippedLine, singleLine } from '../text/visible-text.ts';

/**
 * Where a release stands, in one line of plain text of at most `limit` characters: the same sentence on the commit, its
 * deployment and the merged pull request. Of several reasons as many are named as fit; the others are counted.
 */
export function releaseSentence(report: Pick<ReleaseReport, 'state' | 'at'>, limit: number): string {
  const { state } = report;
  switch (state.kind) {
    case 'waiting': {
      const ending = state.confirmDigest === null ? '' : confirmEnding(state.confirmDigest);
      return `${clippedLine(`${leadOf('waiting')}: ${state.reason}`, limit - ending.length)}${ending}`;
    }
    case 'blocked':
      return withReasons(leadOf('blocked'), state.reasons, limit);
    case 'applying':
      return `${leadOf('applying')}: ${state.applied.toLocaleString('en-US')} of ${count(state.of, 'object')}`;
    case 'observing':
      return withReasons(
        `${leadOf('observing')}: ${state.ready.toLocaleString('en-US')} of ${count(state.of, 'object')} ready`,
        state.reasons,
        limit,
      );
    case 'converged':
      return withOrphaned(
        (room) => clip(`${leadOf('converged')}: ${count(state.objects, 'object')} in ${duration(state.tookMs)}`, room),
        state.orphaned,
        limit,
      );
    case 'diverged':
      return withOrphaned((room) => withReasons(leadOf('diverged'), state.reasons, room), state.orphaned, limit);
    case 'orphaned':
      return clippedLine(removedWords(state.orphaned), limit);
    case 'unchanged':
      return withOrphaned(
        (room) => clip(`${leadOf('converged')}: ${count(state.objects, 'object')}, nothing to change`, room),
        state.orphaned,
        limit,
      );
    case 'error': {
      const ending = ` since ${since(state.since, report.at)}`;
      return `${clippedLine(state.reason, limit - ending.length)}${ending}`;
    }
  }
}

/**
 * The same on a commit that the release may only have carried: `converged with 9f2c1ab: 12 objects in 8 s`. Until there is
 * a verdict, that it was overtaken, and where there is room, where the release of the other one stands.
 */
export function carriedSentence(report: ReleaseReport, on: CommitId, limit: number): string {
  if (report.commit === on) return releaseSentence(report, limit);
  if (!isVerdict(report)) {
    const overtaken = overtakenWords(report.commit);
    const room = limit - overtaken.length - beside.length;
    return room < roomBeside ? overtaken : `${overtaken}${beside}${releaseSentence(report, room)}`;
  }
  const carrier = ` with ${short(report.commit)}`;
  // Behind the words by which a status is read again.
  return releaseSentence(report, limit - carrier.length).replace(/^[^:]+/, (lead) => `${lead}${carrier}`);
}

const beside = ' · ';
/** A line of a commit has no room for two sentences. */
const roomBeside = 200;

/** What a commit says whose release a later one carries on. */
export function overtakenWords(by: CommitId): string {
  return `${leadOf('waiting')}: overtaken by ${short(by)}`;
}

function short(commit: CommitId): string {
  return commit.slice(0, 7);
}

/** What an environment that the settings no longer name leaves behind: said in success, for nothing is left to do. */
export function removedWords(orphaned: Orphaned | null): string {
  return orphaned === null
    ? `${leadOf('removed')}: nothing stays behind`
    : `${orphanedWords(orphaned)}; nothing is deleted`;
}

/** What stays behind is said whole, whatever else is cut: nobody shall think that it is gone. */
function withOrphaned(words: (room: number) => string, orphaned: Orphaned | undefined, limit: number): string {
  if (orphaned === undefined) return words(limit);
  const ending = ` · ${singleLine(orphanedWords(orphaned))}`;
  return clip(`${words(Math.max(limit - ending.length, shortestWords))}${ending}`, limit);
}

/** Enough for `converged: 12 objects in 8 s`, and for a diverged release to say what it is about. */
const shortestWords = 40;

/** `lead: first; second and 3 more`. The first reason is named whatever its length, if need be cut. */
export function withReasons(lead: string, reasons: readonly string[], limit: number): string {
  const lines = reasons.map((reason) => clippedLine(reason, limit)).filter((reason) => reason !== '');
  for (let shown = lines.length; shown > 0; shown -= 1) {
    const rest = lines.length - shown;
    const ending = rest === 0 ? '' : ` and ${rest.toLocaleString('en-US')} more`;
    const text = `${lead}: ${lines.slice(0, shown).join('; ')}`;
    if (shown === 1 || text.length + ending.length <= limit) return `${clip(text, limit - ending.length)}${ending}`;
  }
  return clip(lead, limit);
}
