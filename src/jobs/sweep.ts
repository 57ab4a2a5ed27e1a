import type { JobOf } from '../domain/job.ts';
import type { Repositories } from '../ports/forge.ts';
import type { Queue } from '../ports/queue.ts';
import { askSpread } from './many/ask-spread.ts';

export interface SweepPorts {
  readonly forge: Pick<Repositories, 'repositories'>;
  readonly queue: Queue;
  /** How often all is swept: so long it may take. */
  readonly sweepMs: number;
}

/** Asks to sweep every repository of an installation: each by itself, so that none waits for what goes wrong in another. */
export async function sweep(job: JobOf<'sweep'>, { forge, queue, sweepMs }: SweepPorts): Promise<void> {
  const repositories = await forge.repositories(job.installation);
  const sweeps = repositories.map((repository) => ({ kind: 'sweep-repository', repository }) as const);
  await askSpread(sweeps, queue, sweepMs);
}
