import type { ObjectHealth } from '../domain/health.ts';
import type { Identity } from '../domain/manifest.ts';
import type { Verdict } from '../domain/release.ts';

export interface Waiting {
  /** Since the release's first write. */
  readonly tookMs: number;
  /** Whether `health.timeout` has passed. */
  readonly timedOut: boolean;
}

/**
 * The verdict of many. Waiting ends when nothing can change any more: all healthy, time over, or nothing left that
 * still moves while something has failed.
 */
export function verdictOf(objects: readonly ObjectHealth[], waiting: Waiting): Verdict {
  const reasons = objects.flatMap(({ identity, health }) => {
    switch (health.kind) {
      case 'healthy':
        return [];
      case 'missing':
        return [reasonOf(identity, 'is missing')];
      case 'progressing':
      case 'failed':
        return [reasonOf(identity, health.reason)];
    }
  });
  if (reasons.length === 0) return { kind: 'converged', objects: objects.length, tookMs: waiting.tookMs };
  const moving = objects.some(({ health }) => health.kind === 'progressing');
  return { kind: waiting.timedOut || !moving ? 'diverged' : 'progressing', reasons };
}

/** `Deployment/web: 1 of 3 pods ready`, as a commit status says it. */
export function reasonOf(identity: Identity, reason: string): string {
  return `${identity.kind}/${identity.name}: ${reason}`;
}
