import type { JobOf } from '../domain/job.ts';
import type { Repositories } from '../ports/forge.ts';
import type { Queue } from '../ports/queue.ts';
import { askSpread } from './many/ask-spread.ts';

export interface SweepInstallationsPorts {
  readonly forge: Pick<Repositories, 'installations'>;
  readonly queue: Queue;
  /** How often all is swept: so long it may take. */
  readonly sweepMs: number;
}

/** Asks to sweep every installation of the App: each by itself, so that none waits for what goes wrong in another. */
export async function sweepInstallations(
  _job: JobOf<'sweep-installations'>,
  { forge, queue, sweepMs }: SweepInstallationsPorts,
): Promise<void> {
  const sweeps = (await forge.installations()).map((installation) => ({ kind: 'sweep', installation }) as const);
  await askSpread(sweeps, queue, sweepMs);
}
