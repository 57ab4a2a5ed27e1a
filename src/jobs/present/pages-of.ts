import type { PlanRecord } from '../../domain/inspection.ts';
import type { PlanLinks } from '../../ports/plan-links.ts';

/** Where the whole plans are, by the environment's name, of those that are planned. */
export async function pagesOf(
  plans: ReadonlyMap<string, PlanRecord | null>,
  { planLinks }: { readonly planLinks: Pick<PlanLinks, 'linkTo'> },
): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const [name, record] of plans) {
    const page = record?.outcome.kind === 'planned' ? await planLinks.linkTo(record.outcome.plan) : null;
    if (page !== null) pages.set(name, page);
  }
  return pages;
}
