import type { World } from './world.ts';

/** Something that is not as GitHub has it: said so that the test that caused it fails. */
export interface Violation {
  /** `request`: a client's fault. `response`, `webhook`: the local GitHub's own. */
  readonly kind: 'request' | 'response' | 'webhook';
  /** For a webhook `EVENT`. */
  readonly method: string;
  /** For a webhook its action. */
  readonly url: string;
  /** What was answered; null for webhooks and for what is tolerated. */
  readonly status: number | null;
  /** `refused`: GitHub answers an error. `tolerated`: GitHub ignores or cuts what is wrong, and the client does not notice. */
  readonly outcome: 'refused' | 'tolerated';
  readonly errors: readonly string[];
}

export function recordViolation(world: Pick<World, 'violations'>, violation: Violation): void {
  world.violations.push(violation);
}

/** Throws with every violation so far. Call it after each test. */
export function assertNoViolations(forge: { readonly violations: readonly Violation[] }): void {
  if (forge.violations.length === 0) return;
  const lines = forge.violations.map(
    (violation) =>
      `${violation.kind} ${violation.method} ${violation.url} → ${violation.status ?? 'accepted'} (${violation.outcome}): ${violation.errors.join('; ')}`,
  );
  throw new Error(`not as GitHub has it:\n${lines.join('\n')}`);
}
