import { sameJson } from '../../domain/json.ts';
import type { ReleaseReport } from '../../domain/release.ts';
import type { Statuses } from '../../ports/forge.ts';
import type { Records } from '../../ports/records.ts';
import { orphanedByMove } from './orphaned-by-move.ts';
import { isUnsettled, ownStatus } from './own-status.ts';

/**
 * Whether all of a verdict was said: on its commit, on those that it carried, on their deployments and pull requests.
 * report-release says so when it is through; it is given up after minutes, and GitHub may be away for longer.
 */
export async function isTold(
  report: ReleaseReport,
  ports: {
    readonly forge: Pick<Statuses, 'statuses'>;
    readonly records: Pick<Records, 'told' | 'desired' | 'orphanCount'>;
  },
): Promise<boolean> {
  const told = await ports.records.told(report.repository, report.environment);
  const orphaned = await orphanedByMove(report, ports.records);
  if (told === null || !sameJson(told, { report, orphaned })) return false;
  // A push that failed on its way may have spoken over it since.
  const standing = await ownStatus(report, ports.forge);
  return standing === null || !isUnsettled(standing);
}
