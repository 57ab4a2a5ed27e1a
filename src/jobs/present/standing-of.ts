import { type Inspection, inspectedEnvironments } from '../../domain/inspection.ts';
import type { Records } from '../../ports/records.ts';
import type { HeldUp, PreviewInput } from '../../present/preview.ts';

type Standing = Pick<PreviewInput, 'heldUp' | 'carries'>;

export const nothingStands: Standing = { heldUp: new Map(), carries: new Map() };

/** Which environments come after one whose latest release diverged, and in which the release of a merged one waits. */
export async function standingOf(
  inspection: Inspection,
  { records }: { readonly records: Pick<Records, 'report' | 'desired'> },
): Promise<Standing> {
  const { repository } = inspection;
  const heldUp = new Map<string, HeldUp>();
  const carries = new Map<string, number>();
  for (const { environment, state } of inspectedEnvironments(inspection)) {
    if (state.kind !== 'affected') continue;
    const { name, after } = environment;
    for (const by of after) {
      const report = await records.report(repository, by);
      if (report?.state.kind === 'diverged') heldUp.set(name, { by, commit: report.commit });
    }
    const own = await records.report(repository, name);
    if (own?.state.kind !== 'waiting' && own?.state.kind !== 'blocked') continue;
    const desired = await records.desired(repository, name);
    if (desired?.kind !== 'wanted' || desired.commit !== own.commit || desired.pullRequest === null) continue;
    carries.set(name, desired.pullRequest.number);
  }
  return { heldUp, carries };
}
