import type { PullRequest } from '../../domain/pull-request.ts';
import type { Comments, PullRequests } from '../../ports/forge.ts';
import type { PlanLinks } from '../../ports/plan-links.ts';
import type { Records } from '../../ports/records.ts';
import type { OtherPullRequest } from '../../present/pull-request.ts';
import { pullRequestPreview } from '../../present/pull-request-preview.ts';
import { confirmationsOn } from '../said/own-comment.ts';
import { plansOf } from './plans-of.ts';
import { nothingStands } from './standing-of.ts';

export interface SameHeadPorts {
  readonly forge: Pick<PullRequests, 'pullRequestsOf'> & Pick<Comments, 'comments'>;
  readonly records: Pick<Records, 'inspection' | 'plan'>;
  readonly planLinks: Pick<PlanLinks, 'docs'>;
}

/** A check run belongs to a commit: where several open pull requests have the same head, it shows the worst of them. */
export async function othersOnSameHead(pull: PullRequest, ports: SameHeadPorts): Promise<readonly OtherPullRequest[]> {
  const others: OtherPullRequest[] = [];
  for (const other of await openOnSameHead(pull, ports.forge)) {
    const inspection = await ports.records.inspection(other.repository, other.number);
    // Not inspected yet: its own presentation will find this one.
    if (inspection === null || inspection.head !== other.head.commit) continue;
    const plans = await plansOf(inspection, ports);
    const confirmations = await confirmationsOn(other, ports.forge);
    const known = {
      inspection,
      plans,
      pages: new Map(),
      docs: ports.planLinks.docs,
      alsoChanged: new Map(),
      ...nothingStands,
    };
    const preview = pullRequestPreview({ ...known, author: other.author, confirmations });
    others.push({ number: other.number, base: inspection.base, preview });
  }
  return others;
}

/** Other open pull requests with this very head. */
export async function openOnSameHead(
  { repository, number, head }: PullRequest,
  forge: Pick<PullRequests, 'pullRequestsOf'>,
): Promise<readonly PullRequest[]> {
  const pulls = await forge.pullRequestsOf(repository, head.commit);
  return pulls.filter(
    (other) => other.number !== number && other.state === 'open' && other.head.commit === head.commit,
  );
}
