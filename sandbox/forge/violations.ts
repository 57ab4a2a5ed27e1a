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

export function recordViolation(world: Pick<World, 'violations' | 'record'>, violation: Violation): void {
  world.violations.push(violation);
  world.record.violated(violation);
}

/** Throws with every violation so far. Call it after each test. */
export function assertNoViolations(forge: { readonly violations: readonly Violation[] }): void {
  if (forge.violations.length === 0) return;
  throw new Error(`not as GitHub has it:\n${forge.violations.map(violationLine).join('\n')}`);
}

/** `request POST /repos/acme/shop/check-runs → 422 (refused): why`. */
export function violationLine({ kind, method, url, status, outcome, errors }: Violation): string {
  return `${kind} ${method} ${url} → ${status ?? 'accepted'} (${outcome}): ${errors.join('; ')}`;
}

/** `1,204 requests to the local GitHub, 0 refused`, and what it took although it is not as GitHub has it. */
export function requestsLine(requests: number, violations: readonly Violation[]): string {
  const refused = violations.filter(({ outcome }) => outcome === 'refused').length;
  const others = violations.length - refused;
  const count = `${requests.toLocaleString('en')} requests to the local GitHub, ${refused} refused`;
  return others === 0 ? count : `${count}, ${others} not as GitHub has it`;
}
