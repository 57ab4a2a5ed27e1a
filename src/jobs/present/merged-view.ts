import { type Inspection, inspectedEnvironments } from '../../domain/inspection.ts';
import type { ReleaseReport } from '../../domain/release.ts';
import type { CommitId } from '../../domain/repository.ts';
import { missingFiles, proposalsOf } from '../../domain/settings-change.ts';
import type { Git } from '../../ports/git.ts';
import type { Records } from '../../ports/records.ts';
import type { MergedView } from '../../present/release/release-table.ts';

export interface MergedPorts {
  readonly git: Pick<Git, 'fetchCommit' | 'isAncestor'>;
  readonly records: Pick<Records, 'report'>;
}

/** Where the releases of a merged pull request stand, `commit` being what its merge made. */
export async function mergedView(commit: CommitId, inspection: Inspection, ports: MergedPorts): Promise<MergedView> {
  const reports = new Map<string, ReleaseReport | null>();
  const besides = new Set<string>();
  const reset = new Set(proposalsOf(inspection.settingsChanges).map(({ environment }) => environment.name));
  for (const { environment, state } of inspectedEnvironments(inspection)) {
    if (environment.mode === 'observe') continue;
    const report = await ports.records.report(inspection.repository, environment.name);
    const own = report !== null && (await carries(report, commit, ports)) ? report : null;
    if (state.kind === 'affected' || (own?.commit === commit && own.state.kind !== 'unchanged')) {
      reports.set(environment.name, own);
      if (state.kind === 'unaffected' && !reset.has(environment.name)) besides.add(environment.name);
    }
  }
  for (const name of broughtEnvironments(inspection)) {
    if (reports.has(name)) continue;
    const report = await ports.records.report(inspection.repository, name);
    reports.set(name, report !== null && (await carries(report, commit, ports)) ? report : null);
  }
  return { commit, reports, besides };
}

/** Environments that the pull request brought with its settings: its merge releases them for the first time. */
function broughtEnvironments({ settingsChanges, baseRef }: Inspection): readonly string[] {
  return settingsChanges.flatMap((change) => {
    if (change.kind !== 'adds') return [];
    const { environment, allowance } = change.proposal;
    const { name, follow, mode } = environment;
    const isThere = missingFiles(change.proposal).length === 0;
    const released = allowance.kind === 'allowed' && isThere && follow.branch === baseRef && mode !== 'observe';
    return released ? [name] : [];
  });
}

/** Whether a report is of this commit or of a later one that carried it. */
async function carries(report: ReleaseReport, commit: CommitId, ports: MergedPorts): Promise<boolean> {
  if (report.commit === commit) return true;
  const { repository } = report;
  const known = (await ports.git.fetchCommit(repository, report.commit)) !== null;
  return known && ports.git.isAncestor(repository, commit, report.commit);
}
