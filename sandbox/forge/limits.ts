import { maxPerPage } from './http/paginate.ts';
import type { Refusal } from './http/refusal.ts';
import { checkLimits } from './limits/checks.ts';
import type { Limit, LimitedRequest } from './limits/limit.ts';
import { otherLimits } from './limits/others.ts';

/**
 * What GitHub refuses, or silently cuts, although its OpenAPI description lets it pass. Each entry has its source and is
 * shown by a test made from this list. Those that could not be verified stand in `believed.ts` too.
 */
export const limits: readonly Limit[] = [...checkLimits, ...otherLimits];

/** Enforced on the safe side, and not verified against GitHub: each with its reason. */
export const believed: readonly Limit[] = limits.filter((limit) => limit.believed !== null);

export interface LimitJudgement {
  readonly refusal: Refusal | null;
  readonly tolerated: readonly string[];
}

/** The first limit that a request breaks, and what GitHub would swallow. */
export function judgeLimits(operation: string, request: LimitedRequest): LimitJudgement {
  const tolerated: string[] = [];
  // Holds for every list, so it is no entry for each operation.
  const perPage = Number(request.query.get('per_page') ?? 0);
  if (perPage > maxPerPage) tolerated.push(`per_page=${perPage}: GitHub answers ${maxPerPage} and does not say so`);
  for (const limit of limits) {
    if (!limit.operations.includes(operation)) continue;
    const refusal = limit.judge(request);
    if (refusal !== null) return { refusal, tolerated };
  }
  return { refusal: null, tolerated };
}
