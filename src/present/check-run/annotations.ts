import type { Annotation } from '../../domain/check-run.ts';
import type { Inspection } from '../../domain/inspection.ts';
import { type Change, isKeptBack, type Plan } from '../../domain/plan.ts';
import { type Problem, valuesSetting } from '../../domain/rendering.ts';
import { type ProposedEnvironment, proposalsOf } from '../../domain/settings-change.ts';
import { objectName } from '../change/change-words.ts';
import type { PreviewState } from '../preview.ts';
import { clip, clippedLine, visibleText } from '../text/visible-text.ts';

// GitHub takes titles of 255 characters and messages of 64 KB (docs.github.com/rest/checks/runs); shorter is read.
const titleLimit = 120;
const messageLimit = 4000;
// Each request carries 50. Beyond a few hundred nobody reads on, and the text names the rest.
const annotationLimit = 250;

/** What is wrong with an environment at file and line. What belongs to no file is in the texts. */
export function environmentAnnotations(state: PreviewState): readonly Annotation[] {
  switch (state.kind) {
    case 'refused':
      return problemAnnotations(state.problems, 'failure');
    case 'blocked':
    case 'unconfirmed':
    case 'ready':
      return planAnnotations(state.plan);
    case 'unaffected':
    case 'removed':
    case 'planning':
    case 'denied':
    case 'failed':
      return [];
  }
}

/** What is wrong with the settings, as they are or as the pull request would have them. */
export function settingsAnnotations({ settingsProblems, settingsChanges }: Inspection): readonly Annotation[] {
  return [
    ...problemAnnotations(settingsProblems, 'failure'),
    ...proposalsOf(settingsChanges).flatMap(proposalAnnotations),
  ].slice(0, annotationLimit);
}

function proposalAnnotations(proposal: ProposedEnvironment): readonly Annotation[] {
  const { environment, at, allowance, pathMissing, valuesMissing = [] } = proposal;
  const { name, path } = environment;
  const ask =
    'Ask whoever operates Fairlead for the lines that the check’s summary shows; it reads its file at start. Then plan again.';
  const denied =
    allowance.kind === 'allowed'
      ? []
      : [annotation(at, 'failure', `${name} would not be allowed`, `${allowance.reason}. ${ask}`)];
  const warning = (line: number, setting: string, message: string) =>
    annotation({ ...at, line }, 'warning', `environments.${name}.${setting}`, message);
  const nothing = `The merge result has nothing at ${path}: ${name} would hold no manifest.`;
  return [
    ...denied,
    ...(pathMissing ? [warning(at.pathLine, 'path', nothing)] : []),
    ...valuesMissing.map(({ file, line }) =>
      warning(
        line,
        valuesSetting,
        `The merge result has no file ${file}: once this is merged, ${name} cannot be rendered.`,
      ),
    ),
  ];
}

/** Problems that belong to a file, at their lines; at most as many as anybody reads. */
export function problemAnnotations(problems: readonly Problem[], level: Annotation['level']): readonly Annotation[] {
  return problems
    .flatMap((problem) =>
      problem.file === null
        ? []
        : [annotation({ file: problem.file, line: problem.line }, level, problem.path ?? 'Fairlead', problem.message)],
    )
    .slice(0, annotationLimit);
}

function planAnnotations(plan: Plan): readonly Annotation[] {
  return [
    ...plan.changes.flatMap(refusalAnnotation),
    ...problemAnnotations(plan.problems, 'warning'),
    ...plan.changes.flatMap(warningAnnotations),
  ].slice(0, annotationLimit);
}

function refusalAnnotation(change: Change): readonly Annotation[] {
  if (change.origin === null || !isKeptBack(change)) return [];
  const { origin, reason } = change;
  const title = `${objectName(change)} is ${change.action}`;
  const faults = reason.faults ?? [{ origin, message: reason.message }];
  return faults.map((fault) => annotation(fault.origin, 'failure', title, fault.message));
}

function warningAnnotations(change: Change): readonly Annotation[] {
  const { origin } = change;
  if (origin === null) return [];
  return change.warnings.map((warning) => annotation(origin, 'warning', objectName(change), warning));
}

function annotation(
  at: { readonly file: string; readonly line: number | null },
  level: Annotation['level'],
  title: string,
  message: string,
): Annotation {
  const line = Math.max(1, at.line ?? 1);
  return {
    path: at.file,
    startLine: line,
    endLine: line,
    level,
    title: clippedLine(title, titleLimit),
    // GitHub refuses an empty message.
    message: clip(visibleText(clip(message, 2 * messageLimit)).trim() || 'no reason was given', messageLimit),
  };
}
