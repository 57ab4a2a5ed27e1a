import type { Change } from '../../domain/plan.ts';

/** Whether somebody changed the object in the cluster, or deleted it there, and nobody changed Git. */
export function isDrifted({ paths, vanished }: Change): boolean {
  return vanished === true || paths.some(({ causes }) => causes.includes('drift'));
}

/** Whether the merge takes such a change back. What is so already is nobody's loss. */
export function undoesDrift(change: Change): boolean {
  return change.action !== 'unchanged' && isDrifted(change);
}
