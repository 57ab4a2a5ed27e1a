import type { Desired } from '../domain/release.ts';
import type { Records } from '../ports.ts';

/**
 * Whether something else is desired by now, or nothing at all: its own job has been asked for, and this one is no longer wanted. A commit
 * that renders the same is no other release. Records that were wiped do not say so: the work goes on.
 */
export async function isOvertaken(desired: Desired, records: Pick<Records, 'desired'>): Promise<boolean> {
  const now = await records.desired(desired.repository, desired.environment.name);
  if (now === null) return false;
  return now.leaves?.removed === true || now.rendering !== desired.rendering || now.settings !== desired.settings;
}
