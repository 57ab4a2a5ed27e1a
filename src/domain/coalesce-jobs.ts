import type { Job, JobOf } from './job.ts';

/**
 * One job that stands for two of the same key: the one that waits (or was interrupted) and the one asked for now.
 * The newest word counts, except where it would forget what a person did: a push stays a push when the sweep asks for
 * the same branch, and two pushes reach back to the older tip; and where it would forget an environment: reports of a
 * repository are said together.
 */
export function coalesceJobs(waiting: Job, asked: Job): Job {
  if (waiting.kind === 'report-release' && asked.kind === 'report-release') return together(waiting, asked);
  if (waiting.kind !== 'fan-out-push' || asked.kind !== 'fan-out-push' || waiting.asked !== 'push') return asked;
  return { ...asked, asked: 'push', before: waiting.before ?? asked.before };
}

type Report = JobOf<'report-release'>;

function together(waiting: Report, asked: Report): Report {
  const all = [waiting, asked].flatMap(({ environment, others = [] }) => [environment, ...others]);
  const others = [...new Set(all)].filter((name) => name !== asked.environment);
  return others.length === 0 ? asked : { ...asked, others };
}
