import { sameJson } from '../../domain/json.ts';
import type { Records } from '../../ports/records.ts';
import type { Wish } from './wish.ts';

/** Whether somebody else wrote what is desired since it was read for this wish, perhaps of a newer tip. */
export async function isWrittenOver(
  { reading, environment, previous }: Wish,
  { records }: { readonly records: Pick<Records, 'desired'> },
): Promise<boolean> {
  return !sameJson(await records.desired(reading.facts.repository, environment.name), previous);
}
