import { isoTime } from '../domain/iso-time.ts';
import { sameJson } from '../domain/json.ts';
import { type Desired, isPassing, precedesSync, type ReleaseReport, type ReleaseState } from '../domain/release.ts';
import type { CommitId } from '../domain/repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';

export interface ReportingPorts {
  readonly records: Pick<Records, 'report' | 'saveReport'>;
  readonly queue: Queue;
  readonly clock: Clock;
}

/**
 * Says where a release stands. Forge carries it to the commit; it is asked to also where the record says so already,
 * because what stands on the commit may be something else (a `/sync` begins with "waiting"), and it alone can look.
 */
export async function publishReport(
  desired: Desired,
  commit: CommitId,
  state: ReleaseState,
  ports: ReportingPorts,
): Promise<void> {
  const { repository, environment } = desired;
  const before = await ports.records.report(repository, environment.name);
  const isNews = before === null || before.commit !== commit || !sameJson(said(before.state), said(state));
  if (isNews || precedesSync(before, desired)) {
    await ports.records.saveReport({
      repository,
      environment: environment.name,
      cluster: environment.cluster,
      commit,
      state: keepSince(before, commit, state),
      at: isoTime(ports.clock.now()),
    });
  }
  const job = { kind: 'report-release', repository, environment: environment.name } as const;
  await ports.queue.ask(job, { delayMs: isPassing({ state }) ? passingMs : 0 });
}

/**
 * A report along the way is held back this long, and never sent if the next one comes first: each is several requests
 * to GitHub.
 */
const passingMs = 1_000;

/** A plan made again differs in its times: what people read is the same as long as its digest is. */
function said(state: ReleaseState): unknown {
  switch (state.kind) {
    case 'waiting':
      return { ...state, plan: state.plan?.digest ?? null };
    case 'blocked':
      return { ...state, plan: state.plan?.digest ?? null };
    case 'error':
      return { kind: state.kind, reason: state.reason };
    case 'applying':
    case 'observing':
    case 'converged':
    case 'diverged':
    case 'unchanged':
    case 'orphaned':
      return state;
  }
}

/** A trouble that lasts has lasted since it was first said. */
function keepSince(before: ReleaseReport | null, commit: CommitId, state: ReleaseState): ReleaseState {
  if (state.kind !== 'error' || before?.state.kind !== 'error' || before.commit !== commit) return state;
  return { ...state, since: before.state.since };
}
