import type { Settings } from '../../domain/environment.ts';
import { sameJson } from '../../domain/json.ts';
import { isPassing, isVerdict, type ReleaseReport } from '../../domain/release.ts';
import type { Repository } from '../../domain/repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Records } from '../../ports/records.ts';

export interface GatherPorts {
  readonly records: Pick<Records, 'report' | 'desired' | 'told'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Of so many releases that are under way, more than one ends within a moment. */
const manyReleases = 8;
/** So long a verdict waits for others, at most. */
const gatherMs = 2_000;

/** How long reports wait for those of other environments, with which they are said together; 0: there is nothing to wait for. */
export async function gatheringMs(
  reports: readonly ReleaseReport[],
  { repository, settings }: { readonly repository: Repository; readonly settings: Settings | null },
  { records, clock }: GatherPorts,
): Promise<number> {
  if (settings === null || settings.environments.length < manyReleases) return 0;
  const ended: number[] = [];
  for (const report of reports) {
    if (isPassing(report)) continue;
    // What a person has to do something about waits for nothing.
    if (!isVerdict(report)) return 0;
    const told = await records.told(repository, report.environment);
    if (told === null || !sameJson(told.report, report)) ended.push(Date.parse(report.at));
  }
  const leftMs = Math.min(...ended) + gatherMs - clock.now();
  if (ended.length === 0 || leftMs <= 0 || leftMs > gatherMs) return 0;
  let underWay = 0;
  for (const { name } of settings.environments) {
    const desired = await records.desired(repository, name);
    if (desired?.kind !== 'wanted') continue;
    const report = await records.report(repository, name);
    if (report?.commit === desired.commit && isVerdict(report)) continue;
    underWay += 1;
    if (underWay >= manyReleases) return leftMs;
  }
  return 0;
}
