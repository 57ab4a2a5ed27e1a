import type { Body } from '../http/answer.ts';
import type { BranchProtection } from '../state/repositories.ts';

/** `branch-protection` and `protected-branch`: the parts of a protection that the local GitHub enforces. */
export function protectionBody(protection: BranchProtection | null, url: string): Body {
  if (protection === null) {
    return { enabled: false, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } };
  }
  const checks = requiredChecks(protection);
  const reviews = requiredApprovals(protection);
  return {
    url,
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection['enforce_admins'] === true },
    ...(checks === null
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            contexts_url: `${url}/required_status_checks/contexts`,
            strict: checks.strict,
            contexts: checks.contexts,
            checks: checks.contexts.map((context) => ({ context, app_id: null })),
          },
        }),
    ...(reviews === 0
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: false,
            require_code_owner_reviews: false,
            required_approving_review_count: reviews,
          },
        }),
  };
}

/** What must have succeeded on the head; null: nothing. */
export function requiredChecks(
  protection: BranchProtection,
): { readonly strict: boolean; readonly contexts: readonly string[] } | null {
  const written = protection['required_status_checks'];
  if (typeof written !== 'object' || written === null) return null;
  const contexts: string[] = [];
  if ('contexts' in written && Array.isArray(written.contexts)) contexts.push(...written.contexts.map(String));
  if ('checks' in written && Array.isArray(written.checks)) {
    contexts.push(...written.checks.map((check: { context?: unknown }) => String(check.context)));
  }
  return { strict: 'strict' in written && written.strict === true, contexts: [...new Set(contexts)] };
}

/** How many approving reviews a pull request to the branch needs. */
export function requiredApprovals(protection: BranchProtection): number {
  const written = protection['required_pull_request_reviews'];
  if (typeof written !== 'object' || written === null) return 0;
  const count = 'required_approving_review_count' in written ? Number(written.required_approving_review_count) : 1;
  return Number.isInteger(count) ? count : 1;
}
