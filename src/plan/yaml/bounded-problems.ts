import type { Problem } from '../../domain/rendering.ts';

/** More than anybody reads: what is wrong is kept for each pull request, and one file can be wrong 100,000 times. */
const most = 500;

/** The first of them; how many more there are is said last. */
export function boundedProblems(problems: readonly Problem[]): readonly Problem[] {
  const more = problems.length - most;
  if (more <= 0) return problems;
  const message = `There are ${more.toLocaleString('en-US')} more problems than are named here.`;
  return [...problems.slice(0, most), { file: null, line: null, path: null, message }];
}
