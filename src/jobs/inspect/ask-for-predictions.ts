import { type Inspection, inspectedEnvironments, type PlanRecord, previewedBy } from '../../domain/inspection.ts';
import { sameJson } from '../../domain/json.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';

interface AskPorts {
  readonly records: Pick<Records, 'plan' | 'savePlan'>;
  readonly queue: Queue;
}

/**
 * Asks for a prediction of each affected environment, and returns whether there was any to ask for. Where only the base
 * moved and an environment renders the same as before, its plan still holds: it is bound to the new base instead. A plan
 * that is made again for the same head and base is marked, so that nothing is concluded from it meanwhile.
 */
export async function askForPredictions(
  inspection: Inspection,
  previous: Inspection | null,
  ports: AskPorts,
): Promise<boolean> {
  const { repository } = inspection;
  const number = previewedBy(inspection);
  let asked = false;
  for (const { environment, state } of inspectedEnvironments(inspection)) {
    if (state.kind !== 'affected') continue;
    const plan = await ports.records.plan(repository, number, environment.name);
    if (previous !== null && previous.head === inspection.head && previous.base !== inspection.base) {
      const before = inspectedEnvironments(previous).find(
        (candidate) => candidate.environment.name === environment.name,
      );
      const same =
        before !== undefined &&
        sameJson(before.environment, environment) &&
        sameJson(before.state, state) &&
        plan?.base === previous.base &&
        plan.head === inspection.head &&
        plan.again === undefined;
      if (same && plan.outcome.kind === 'planned') {
        await ports.records.savePlan(repository, number, environment.name, rebased(plan.outcome.plan, inspection));
        continue;
      }
    }
    asked = true;
    if (plan?.head === inspection.head && plan.base === inspection.base) {
      await ports.records.savePlan(repository, number, environment.name, { ...plan, again: true });
    }
    await ports.queue.ask({
      kind: 'predict-environment',
      repository,
      number,
      environment: environment.name,
      cluster: environment.cluster,
    });
  }
  return asked;
}

function rebased(plan: Plan, { head, base }: Inspection): PlanRecord {
  return { head, base, outcome: { kind: 'planned', plan: { ...plan, compared: { ...plan.compared, base } } } };
}
