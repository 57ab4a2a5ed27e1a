import type { BenchObject } from './objects.ts';

/** In the order of a round. The same pull requests and merges, once with nothing there and once with everything. */
export const steps = [
  'first plan',
  'first release',
  'plan of a change',
  'release of a change',
  'plan where nothing changes',
] as const;

export type Step = (typeof steps)[number];

/** Seconds by what was measured. */
export type Seconds = Readonly<Record<string, number>>;

/** Somebody who plans and releases a set of objects, in namespaces of their own that are there already. */
export type Contestant = {
  measure(step: Step): Promise<Seconds>;
};

/** What there is to release in a round. */
export type Course = {
  readonly first: readonly BenchObject[];
  /** The same with every tenth changed. */
  readonly changed: readonly BenchObject[];
  /** The latter, one of them written otherwise, which changes nothing. */
  readonly touched: readonly BenchObject[];
};

export function objectsOf(step: Step, course: Course): readonly BenchObject[] {
  switch (step) {
    case 'first plan':
    case 'first release':
      return course.first;
    case 'plan of a change':
    case 'release of a change':
      return course.changed;
    case 'plan where nothing changes':
      return course.touched;
  }
}

/** What has to be asked about: of a changed object also what it was, or its change cannot be told from drift. */
export function dryRunsOf(step: Step, course: Course): readonly BenchObject[] {
  const objects = objectsOf(step, course);
  return step === 'plan of a change'
    ? [...objects, ...course.first.filter((object) => !objects.includes(object))]
    : objects;
}

export function isPlan(step: Step): boolean {
  return step.startsWith('plan') || step === 'first plan';
}

/** Seconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
