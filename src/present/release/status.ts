import type { CommitStatus, DeploymentState } from '../../domain/commit-status.ts';
import { originText } from '../../domain/manifest.ts';
import type { Orphaned } from '../../domain/orphaned.ts';
import { leadOf, type StatusCode, stateOf, statusContext } from '../../domain/own-status.ts';
import { isVerdict, type ReleaseReport, type ReleaseState, type Wanted } from '../../domain/release.ts';
import type { Problem } from '../../domain/rendering.ts';
import type { CommitId } from '../../domain/repository.ts';
import { clippedLine } from '../text/visible-text.ts';
import { carriedSentence, overtakenWords, removedWords, withReasons } from './release-sentence.ts';

/** The longest description that GitHub takes (docs.github.com/rest/commits/statuses, /rest/deployments/statuses). */
const descriptionLimit = 140;

/**
 * Where a release stands, as the status of a commit: its own, or one that it carried. `targetUrl`, here and below: where
 * more is said; null: nowhere.
 */
export function presentStatus(report: ReleaseReport, targetUrl: string | null, on = report.commit): CommitStatus {
  return {
    context: statusContext(report.environment),
    state: report.commit === on || isVerdict(report) ? statusState(report.state) : stateOf('waiting'),
    description: carriedSentence(report, on, descriptionLimit),
    targetUrl,
  };
}

/** The same as its deployment. */
export function presentDeployment(report: ReleaseReport, logUrl: string | null, on = report.commit): DeploymentState {
  return {
    environment: report.environment,
    state: deploymentState(report.state),
    description: carriedSentence(report, on, descriptionLimit),
    environmentUrl: report.state.kind === 'converged' ? report.state.url : null,
    logUrl,
  };
}

/** A release is asked for and has not begun. */
export function presentPending(environment: string, gate: Wanted['gate'], targetUrl: string | null): CommitStatus {
  const reason = gate.kind === 'open' ? 'the release begins at once' : gate.reason;
  return status(environment, 'waiting', { description: `${leadOf('waiting')}: ${reason}`, targetUrl });
}

/** A newer commit releases what this one would have; the verdict of that one comes here, too. */
export function presentOvertaken(environment: string, by: CommitId, targetUrl: string | null): CommitStatus {
  return status(environment, 'waiting', { description: overtakenWords(by), targetUrl });
}

/** The operator's file says no: nothing is sent to the cluster. */
export function presentDenied(environment: string, reason: string, targetUrl: string | null): CommitStatus {
  return status(environment, 'denied', { description: `${leadOf('denied')}: ${reason}`, targetUrl });
}

/** The commit's manifests cannot be made: nothing is sent to the cluster. */
export function presentUnrendered(
  environment: string,
  problems: readonly Problem[],
  targetUrl: string | null,
): CommitStatus {
  const reasons = problems.map(({ file, line, message }) =>
    file === null ? message : `${originText({ file, line })}: ${message}`,
  );
  const description = withReasons(leadOf('unrendered'), reasons, descriptionLimit);
  return status(environment, 'unrendered', { description, targetUrl });
}

/** The settings no longer have the environment in that cluster: done, and what stays is named. */
export function presentOrphaned(
  environment: string,
  orphaned: Orphaned | null,
  targetUrl: string | null,
): CommitStatus {
  const code = orphaned === null ? 'removed' : 'orphaned';
  return status(environment, code, { description: removedWords(orphaned), targetUrl });
}

/** A commit whose releases could not even be asked for. */
export function presentNotBegun(environment: string, targetUrl: string | null): CommitStatus {
  const rest = '; its operator finds the reason in the log. It is tried again.';
  return status(environment, 'not-begun', { description: `${leadOf('not-begun')}${rest}`, targetUrl });
}

function status(
  environment: string,
  code: StatusCode,
  { description, targetUrl }: Pick<CommitStatus, 'description' | 'targetUrl'>,
): CommitStatus {
  return {
    context: statusContext(environment),
    state: stateOf(code),
    description: clippedLine(description, descriptionLimit),
    targetUrl,
  };
}

function statusState(state: ReleaseState): CommitStatus['state'] {
  switch (state.kind) {
    case 'waiting':
    case 'applying':
    case 'observing':
    case 'converged':
    case 'orphaned':
    case 'blocked':
    case 'diverged':
      return stateOf(state.kind);
    case 'unchanged':
      return stateOf('converged');
    case 'error':
      return 'error';
  }
}

function deploymentState(state: ReleaseState): DeploymentState['state'] {
  switch (state.kind) {
    case 'applying':
    case 'observing':
      return 'in_progress';
    case 'waiting':
    case 'converged':
    case 'unchanged':
    case 'orphaned':
    case 'blocked':
    case 'diverged':
    case 'error':
      return statusState(state);
  }
}
