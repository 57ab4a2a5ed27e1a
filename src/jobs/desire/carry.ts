import type { PullRequest } from '../../domain/pull-request.ts';
import type { Desired, Wanted } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';
import { historyLimit } from '../repository/history-limit.ts';
import type { Wish } from './wish.ts';

/**
 * The pull requests that a release answers to: `carries`, those of what was desired before and has not converged; `merged`,
 * when each of them and the commit's own was merged.
 */
export async function carry(
  { previous, commit }: Pick<Wish, 'previous' | 'commit'>,
  pull: PullRequest | null,
  records: Pick<Records, 'report'>,
): Promise<Required<Pick<Wanted, 'carries' | 'merged'>>> {
  const carries = await stillCarried({ previous, commit }, records);
  return { carries, merged: mergedOf(pull, carries, previous) };
}

/** The pull requests of what was desired before and has not converged: this release is theirs, too. */
async function stillCarried(
  { previous, commit }: Pick<Wish, 'previous' | 'commit'>,
  records: Pick<Records, 'report'>,
): Promise<readonly number[]> {
  if (previous?.kind !== 'wanted') return [];
  if (previous.commit === commit) return previous.carries;
  const report = await records.report(previous.repository, previous.environment.name);
  const isOver = report?.state.kind === 'converged' || report?.state.kind === 'unchanged';
  if (isOver && report.commit === previous.commit) return [];
  const own = previous.pullRequest === null ? [] : [previous.pullRequest.number];
  return [...new Set([...own, ...previous.carries])].slice(0, historyLimit);
}

function mergedOf(
  pull: PullRequest | null,
  carries: readonly number[],
  previous: Desired | null,
): NonNullable<Wanted['merged']> {
  const own = pull?.mergedAt === undefined ? [] : [{ number: pull.number, at: pull.mergedAt }];
  const before = previous?.kind === 'wanted' ? (previous.merged ?? []) : [];
  return [...own, ...before.filter(({ number }) => carries.includes(number) && number !== pull?.number)];
}
