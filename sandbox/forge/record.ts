import { appendFileSync, readFileSync } from 'node:fs';
import type { Violation } from './violations.ts';

/** Writes down what a local GitHub was asked, for whoever counts over many of them, also after its process has died. */
export interface ForgeRecord {
  readonly answered: () => void;
  readonly violated: (violation: Violation) => void;
  /** All violations so far were provoked by a test that has looked at them. */
  readonly taken: () => void;
}

type Entry = { readonly kind: 'answered' | 'taken' } | { readonly kind: 'violated'; readonly violation: Violation };

/** A record of one local GitHub, a line for each entry; null: nobody counts. */
export function createRecord(file: string | null): ForgeRecord {
  // At once, and whole: a process that is killed leaves what it knew.
  const write = (entry: Entry) => {
    if (file !== null) appendFileSync(file, `${JSON.stringify(entry)}\n`);
  };
  return {
    answered: () => write({ kind: 'answered' }),
    violated: (violation) => write({ kind: 'violated', violation }),
    taken: () => write({ kind: 'taken' }),
  };
}

/** How many requests were answered, and the violations that no test has taken. Throws where a line cannot be read. */
export function readRecord(file: string): { readonly requests: number; readonly violations: readonly Violation[] } {
  let requests = 0;
  let violations: readonly Violation[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const entry = JSON.parse(line) as Entry;
    switch (entry.kind) {
      case 'answered':
        requests += 1;
        break;
      case 'violated':
        violations = [...violations, entry.violation];
        break;
      case 'taken':
        violations = [];
        break;
    }
  }
  return { requests, violations };
}
