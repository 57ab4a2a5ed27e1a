import type { Plan } from '../domain/plan.ts';
import type { SignedLink } from '../domain/plan-link.ts';

/**
 * Links to the page of a whole plan. Whoever holds one may read that plan until the link ends; nobody else can make one.
 * The key is lost with the plans themselves: links of before are forged from then on, and the next plan brings a new one.
 */
export interface PlanLinks {
  /** null: the operator has not said under which address the pages are. The same plan has the same link. */
  linkTo(plan: Pick<Plan, 'digest' | 'at'>): Promise<string | null>;
  /** Where the pages hold what people are referred to of Fairlead's own documents (`https://…/docs`); null: nowhere. */
  readonly docs: string | null;
  judge(link: SignedLink): Promise<'valid' | 'expired' | 'forged'>;
}
