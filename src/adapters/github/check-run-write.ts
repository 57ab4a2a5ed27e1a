import type { Annotation, CheckRun } from '../../domain/check-run.ts';
import type { PublishedCheckRun } from '../../ports/forge.ts';

/** What stands on GitHub: the latest check run of a name, and its annotations. */
export interface StandingCheckRun {
  readonly run: PublishedCheckRun;
  readonly annotations: readonly Annotation[];
}

/** The next request that brings GitHub nearer to a check run; null: it says all of it. */
export type CheckRunWrite =
  | { readonly kind: 'create'; readonly annotations: readonly Annotation[] }
  | { readonly kind: 'update'; readonly id: number; readonly annotations: readonly Annotation[] };

/** So many annotations fit in one request (docs.github.com/rest/checks/runs#create-a-check-run). */
const batch = 50;

/**
 * GitHub replaces a check run's texts and appends its annotations, so only those that are missing are sent, and where one
 * stands there that is no longer true the check run is made anew: of several of a name the latest counts. A conclusion,
 * and what it was about, is not taken back either, but followed by a new check run: so its time is GitHub's own, and a
 * person's comment can be held against it.
 */
export function nextCheckRunWrite(standing: StandingCheckRun | null, run: CheckRun): CheckRunWrite | null {
  if (standing === null || (standing.run.conclusion !== null && !concludesTheSame(standing.run, run)))
    return create(run);
  const missing = missingAnnotations(standing.annotations, run.annotations);
  if (missing === null) return create(run);
  if (missing.length === 0 && saysTheSame(standing.run, run)) return null;
  return { kind: 'update', id: standing.run.id, annotations: missing.slice(0, batch) };
}

function create(run: CheckRun): CheckRunWrite {
  return { kind: 'create', annotations: run.annotations.slice(0, batch) };
}

// null: what stands there holds something that does not belong.
function missingAnnotations(
  standing: readonly Annotation[],
  wanted: readonly Annotation[],
): readonly Annotation[] | null {
  const left = new Map<string, number>();
  for (const annotation of standing) left.set(keyOf(annotation), (left.get(keyOf(annotation)) ?? 0) + 1);
  const missing = wanted.filter((annotation) => {
    const there = left.get(keyOf(annotation)) ?? 0;
    if (there > 0) left.set(keyOf(annotation), there - 1);
    return there === 0;
  });
  return [...left.values()].some((there) => there > 0) ? null : missing;
}

// GitHub may trim and join lines; a difference in whitespace alone must not make a new check run each time.
function keyOf({ path, startLine, endLine, level, title, message }: Annotation): string {
  const words = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return JSON.stringify([path, startLine, endLine, level, words(title), words(message)]);
}

function concludesTheSame(published: PublishedCheckRun, run: CheckRun): boolean {
  return published.externalId === run.externalId && published.conclusion === run.conclusion;
}

function saysTheSame(published: PublishedCheckRun, run: CheckRun): boolean {
  return (
    concludesTheSame(published, run) &&
    sameText(published.title, run.title) &&
    sameText(published.summary, run.summary) &&
    sameText(published.text, run.text)
  );
}

function sameText(left: string | null, right: string): boolean {
  return (left ?? '').replaceAll('\r\n', '\n').trim() === right.trim();
}
