import type { CheckConclusion } from '../domain/check-run.ts';
import { confirms } from '../domain/confirms.ts';
import {
  type InspectedEnvironment,
  type Inspection,
  inspectedEnvironments,
  mendsSettings,
} from '../domain/inspection.ts';
import { isKeptBack, type Plan } from '../domain/plan.ts';
import { deniedProposals } from '../domain/settings-change.ts';
import {
  allowedAfter,
  type EnvironmentPreview,
  environmentConclusion,
  type PreviewInput,
  type PreviewState,
  type PullRequestPreview,
  standingAfter,
} from './preview.ts';
import { pullRequestTitle } from './pull-request-title.ts';

/** One pull request by itself; others on the same head are not looked at. */
export function pullRequestPreview(input: PreviewInput): PullRequestPreview {
  const { inspection } = input;
  const environments = inspectedEnvironments(inspection).map((inspected) => ({
    environment: inspected.environment,
    heldUp: input.heldUp.get(inspected.environment.name) ?? null,
    carries: input.carries.get(inspected.environment.name) ?? null,
    alsoChanged: input.alsoChanged.get(inspected.environment.name) ?? [],
    page: input.pages.get(inspected.environment.name) ?? null,
    docs: input.docs,
    state: stateOf(inspected, input),
  }));
  return {
    conclusion: conclusionOf(environments, inspection),
    title: pullRequestTitle(inspection, environments),
    docs: input.docs,
    environments,
  };
}

/** null: in progress. */
function conclusionOf(environments: readonly EnvironmentPreview[], inspection: Inspection): CheckConclusion | null {
  switch (inspection.outcome.kind) {
    case 'settings-unreadable':
      // Without it nobody gets out of such settings; a green check would say that what else it changes was looked at.
      return mendsSettings(inspection) && settingsConclusion(inspection) === 'success' ? 'neutral' : 'failure';
    case 'conflict':
      return 'failure';
    case 'fork-waits':
      return 'action_required';
    case 'inspected':
      return inspectedConclusion(environments, inspection);
  }
}

function inspectedConclusion(
  environments: readonly EnvironmentPreview[],
  inspection: Inspection,
): CheckConclusion | null {
  const conclusions = standingAfter(environments, inspection).map(({ state }) => environmentConclusion(state));
  if (conclusions.includes(null)) return null;
  if (settingsConclusion(inspection) === 'failure' || conclusions.includes('failure')) return 'failure';
  if (conclusions.includes('action_required')) return 'action_required';
  // Red would keep everybody from mending it; green would say that what its merge releases was looked at.
  return allowedAfter(environments, inspection).length > 0 ? 'neutral' : 'success';
}

// What a pull request makes of the settings counts once it is merged, for every pull request after it.
function settingsConclusion(inspection: Inspection): 'success' | 'failure' {
  const { settingsProblems, settingsChanges } = inspection;
  return settingsProblems.length > 0 || deniedProposals(settingsChanges).length > 0 ? 'failure' : 'success';
}

function stateOf({ environment, state }: InspectedEnvironment, input: PreviewInput): PreviewState {
  if (state.kind !== 'affected') return state;
  const record = input.plans.get(environment.name) ?? null;
  const { head, base } = input.inspection;
  if (record === null || record.head !== head || record.base !== base) {
    return { kind: 'planning', again: false };
  }
  if (record.again === true) return { kind: 'planning', again: true };
  if (record.outcome.kind === 'failed') return record.outcome;
  return stateOfPlan(record.outcome.plan, input);
}

function stateOfPlan(plan: Plan, { author, confirmations }: PreviewInput): PreviewState {
  const blocked = plan.changes.filter(isKeptBack);
  if (blocked.length > 0) return { kind: 'blocked', plan, blocked };
  const confirmation = confirmations.find((one) => confirms(one, { digest: plan.digest, author }));
  if (plan.confirmReasons.length > 0 && confirmation === undefined) return { kind: 'unconfirmed', plan };
  return { kind: 'ready', plan, confirmedBy: plan.confirmReasons.length > 0 ? (confirmation?.by ?? null) : null };
}
