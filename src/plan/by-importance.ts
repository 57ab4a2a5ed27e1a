import { isGrave } from '../domain/effect.ts';
import { identityKey } from '../domain/manifest.ts';
import type { Action, Change } from '../domain/plan.ts';

/**
 * The one order in which a plan's objects are read, wherever they are shown, and in which they are left out for size:
 * what needs a person, what cannot be taken back, what changes what runs, what is only new. Of an action the pull request's
 * own come first: that is what was asked for. But of what is only new they come last: what comes although nobody here
 * wrote it is the news among it. Then what somebody must look at (a grave effect, drift that is taken back), then by name.
 */
export function byImportance(left: Change, right: Change): number {
  const order = rank(left) - rank(right);
  if (order !== 0) return order;
  return identityKey(left.identity) < identityKey(right.identity) ? -1 : 1;
}

const importance: Readonly<Record<Action, number>> = {
  blocked: 0,
  unknown: 1,
  delete: 2,
  replace: 3,
  update: 4,
  create: 5,
  unchanged: 6,
};

function rank(change: Change): number {
  const { action, fromPullRequest } = change;
  const whose = fromPullRequest ? 0 : action === 'create' ? -0.5 : 0.5;
  return importance[action] + whose + (isUrgent(change) ? 0 : 0.25);
}

function isUrgent({ effects, paths }: Change): boolean {
  return effects.some(isGrave) || paths.some(({ causes }) => causes.includes('drift'));
}
