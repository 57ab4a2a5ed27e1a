import { type Orphaned, orphanedWords } from '../../domain/orphaned.ts';
import { confirmEnding, leadOf } from '../../domain/own-status.ts';
import type { ReleaseReport } from '../../domain/release.ts';
import { count } from '../text/markdown.ts';
import { duration, since } from '../text/times.ts';
import { clip, singleLine } from '../text/visible-text.ts';

/**
 * Where a release stands, in one line of plain text of at most `limit` characters: the same sentence on the commit, its
 * deployment and the merged pull request. Of several reasons as many are named as fit; the others are counted.
 */
export function releaseSentence(report: Pick<ReleaseReport, 'state' | 'at'>, limit: number): string {
  const { state } = report;
  switch (state.kind) {
    case 'waiting': {
      const ending = state.confirmDigest === null ? '' : confirmEnding(state.confirmDigest);
      return `${clip(singleLine(`${leadOf('waiting')}: ${state.reason}`), limit - ending.length)}${ending}`;
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
      return clip(singleLine(removedWords(state.orphaned)), limit);
    case 'unchanged':
      return withOrphaned(
        (room) => clip(`${leadOf('converged')}: ${count(state.objects, 'object')}, nothing to change`, room),
        state.orphaned,
        limit,
      );
    case 'error': {
      const ending = ` since ${since(state.since, report.at)}`;
      return `${clip(singleLine(state.reason), limit - ending.length)}${ending}`;
    }
  }
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
  const lines = reasons.map(singleLine).filter((reason) => reason !== '');
  for (let shown = lines.length; shown > 0; shown -= 1) {
    const rest = lines.length - shown;
    const ending = rest === 0 ? '' : ` and ${rest.toLocaleString('en-US')} more`;
    const text = `${lead}: ${lines.slice(0, shown).join('; ')}`;
    if (shown === 1 || text.length + ending.length <= limit) return `${clip(text, limit - ending.length)}${ending}`;
  }
  return clip(lead, limit);
}
