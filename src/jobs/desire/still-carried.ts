import type { Wanted } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';
import { historyLimit } from '../repository/history-limit.ts';
import type { Wish } from './wish.ts';

/** The pull requests of what was desired before and has not converged: this release is theirs, too. */
export async function stillCarried(
  { previous, commit }: Pick<Wish, 'previous' | 'commit'>,
  records: Pick<Records, 'report'>,
): Promise<Wanted['carries']> {
  if (previous?.kind !== 'wanted') return [];
  if (previous.commit === commit) return previous.carries;
  const report = await records.report(previous.repository, previous.environment.name);
  const isOver = report?.state.kind === 'converged' || report?.state.kind === 'unchanged';
  if (isOver && report.commit === previous.commit) return [];
  const own = previous.pullRequest === null ? [] : [previous.pullRequest.number];
  return [...new Set([...own, ...previous.carries])].slice(0, historyLimit);
}
