import type { Attempt, Ledger } from '../../domain/ledger.ts';
import type { Wanted } from '../../domain/release.ts';

/** The attempt that is gone on with; null: none has begun. */
export function attemptUnderWay(
  desired: Pick<Wanted, 'rendering' | 'settings'>,
  ledger: Pick<Ledger, 'attempt'> | null,
): Attempt | null {
  const attempt = ledger?.attempt ?? null;
  return attempt !== null && attempt.rendering === desired.rendering && attempt.settings === desired.settings
    ? attempt
    : null;
}
