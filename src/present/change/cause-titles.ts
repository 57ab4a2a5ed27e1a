import type { Change } from '../../domain/plan.ts';

/** What goes with a merge and is not from its pull request, as a title. */
export const causeTitles = {
  drift: 'Drift (changed in the cluster and not in Git), which the release undoes',
  unreleased: 'Merged before and not released yet, which the release brings along',
} as const;

/** The one cause of all that objects which the pull request does not touch are changed for; null: not one, or not known. */
export function commonCause(changes: readonly Change[]): keyof typeof causeTitles | null {
  const causes = new Set(
    changes.flatMap(({ paths, vanished }) => (vanished === true ? ['drift'] : paths.flatMap((path) => path.causes))),
  );
  // Of another object that comes or goes as a whole no path tells the cause.
  if (changes.some(({ paths, vanished }) => paths.length === 0 && vanished !== true)) return null;
  if (causes.has('drift') && !causes.has('unreleased')) return 'drift';
  return causes.has('unreleased') && !causes.has('drift') ? 'unreleased' : null;
}

/** Above objects that the pull request does not touch and its merge changes all the same. */
export function notAuthoredTitle(cause: ReturnType<typeof commonCause>): string {
  return cause === null ? 'Not from this pull request, and done by its release all the same' : causeTitles[cause];
}
