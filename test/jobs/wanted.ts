import type { Wanted } from '../../src/domain/release.ts';
import type { Records } from '../../src/ports/records.ts';
import { acmeShop as shop } from '../acme-shop.ts';

/** What is desired of an environment, where that is a release. */
export async function wantedOf(
  { records }: { readonly records: Pick<Records, 'desired'> },
  environment: string,
): Promise<Wanted> {
  const desired = await records.desired(shop, environment);
  if (desired?.kind !== 'wanted') throw new Error(`${environment} is ${desired?.kind ?? 'not desired'}`);
  return desired;
}
