import type { Wanted } from '../domain/release.ts';
import type { Records } from '../ports/records.ts';

/**
 * Whether something else is desired by now, or nothing at all: a job for that has been asked for, and this release is no
 * longer wanted. A newer commit that renders the same is no other release. Where the records were wiped it goes on.
 */
export async function isOvertaken(desired: Wanted, records: Pick<Records, 'desired'>): Promise<boolean> {
  const now = await records.desired(desired.repository, desired.environment.name);
  if (now === null) return false;
  return now.kind !== 'wanted' || now.rendering !== desired.rendering || now.settings !== desired.settings;
}
