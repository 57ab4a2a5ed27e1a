import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readRecord } from '../../sandbox/forge/record.ts';
import { requestsLine, violationLine } from '../../sandbox/forge/violations.ts';

/** What was asked of all local GitHubs of a run, and whether the run may pass. */
export type Requests = { readonly ok: boolean; readonly lines: readonly string[] };

/**
 * Counts the records in a folder (`forge-record.ts` names them): what GitHub would have refused, or taken otherwise, fails
 * the run unless its test has said that it provoked it. So does a whole run in which nobody asked for anything.
 */
export function countRequests(folder: string, { whole }: { readonly whole: boolean }): Requests {
  const records = readdirSync(folder)
    .toSorted()
    .map((name) => ({
      test: decodeURIComponent(name.slice(0, name.lastIndexOf('.'))),
      ...readRecord(path.join(folder, name)),
    }));
  const requests = records.reduce((sum, record) => sum + record.requests, 0);
  const violations = records.flatMap(({ test, violations }) => violations.map((violation) => ({ test, violation })));
  const line = requestsLine(
    requests,
    violations.map(({ violation }) => violation),
  );
  return {
    ok: violations.length === 0 && (requests > 0 || !whole),
    lines: [...violations.map(({ test, violation }) => `${test}: ${violationLine(violation)}`), line],
  };
}
