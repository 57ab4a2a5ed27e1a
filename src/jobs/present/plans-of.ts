import { type Inspection, inspectedEnvironments, type PlanRecord } from '../../domain/inspection.ts';
import type { Records } from '../../ports/records.ts';

/** The plans of the environments that a pull request affects, by the environment's name; null: not made yet. */
export async function plansOf(
  inspection: Inspection,
  { records }: { readonly records: Pick<Records, 'plan'> },
): Promise<ReadonlyMap<string, PlanRecord | null>> {
  const affected = inspectedEnvironments(inspection).filter(({ state }) => state.kind === 'affected');
  const plans = affected.map(async ({ environment: { name } }) => {
    return [name, await records.plan(inspection.repository, inspection.number, name)] as const;
  });
  return new Map(await Promise.all(plans));
}
