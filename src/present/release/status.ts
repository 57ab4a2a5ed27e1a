import type { CommitStatus, DeploymentState } from '../../domain/commit-status.ts';
import type { Orphaned } from '../../domain/orphaned.ts';
import type { Desired, ReleaseReport, ReleaseState } from '../../domain/release.ts';
import type { Problem } from '../../domain/rendering.ts';
import type { CommitId } from '../../domain/repository.ts';
import { clip, singleLine } from '../text/visible-text.ts';
import { releaseSentence, removedWords, withReasons } from './release-sentence.ts';

/** The longest description that GitHub takes (docs.github.com/rest/commits/statuses, /rest/deployments/statuses). */
const descriptionLimit = 140;

/** The context of an environment's status on a commit. */
export function statusContext(environment: string): string {
  return `fairlead/${environment}`;
}

/** Where a release stands, as the commit's status. `targetUrl`, here and below: where more is said; null: nowhere. */
export function presentStatus(report: ReleaseReport, targetUrl: string | null): CommitStatus {
  return {
    context: statusContext(report.environment),
    state: statusState(report.state),
    description: releaseSentence(report, descriptionLimit),
    targetUrl,
  };
}

/** Where a release stands, as the commit's deployment. */
export function presentDeployment(report: ReleaseReport, logUrl: string | null): DeploymentState {
  return {
    environment: report.environment,
    state: deploymentState(report.state),
    description: releaseSentence(report, descriptionLimit),
    environmentUrl: report.state.kind === 'converged' ? report.state.url : null,
    logUrl,
  };
}

/** A release is asked for and has not begun. */
export function presentPending(environment: string, gate: Desired['gate'], targetUrl: string | null): CommitStatus {
  const description = gate.kind === 'open' ? 'waiting: the release begins at once' : `waiting: ${gate.reason}`;
  return status(environment, { state: 'pending', description, targetUrl });
}

/** A newer commit releases what this one would have; the verdict of that one comes here, too. */
export function presentOvertaken(environment: string, by: CommitId, targetUrl: string | null): CommitStatus {
  return status(environment, { state: 'pending', description: `waiting: overtaken by ${by.slice(0, 7)}`, targetUrl });
}

/** The operator's file says no: nothing is sent to the cluster. */
export function presentDenied(environment: string, reason: string, targetUrl: string | null): CommitStatus {
  return status(environment, { state: 'failure', description: `not allowed: ${reason}`, targetUrl });
}

/** The commit's manifests cannot be made: nothing is sent to the cluster. */
export function presentUnrendered(
  environment: string,
  problems: readonly Problem[],
  targetUrl: string | null,
): CommitStatus {
  const reasons = problems.map(({ file, line, message }) =>
    file === null ? message : `${file}${line === null ? '' : `:${line}`}: ${message}`,
  );
  const description = withReasons('cannot be rendered', reasons, descriptionLimit);
  return status(environment, { state: 'failure', description, targetUrl });
}

/** The settings no longer have the environment in that cluster: done, and what stays is named. */
export function presentOrphaned(
  environment: string,
  orphaned: Orphaned | null,
  targetUrl: string | null,
): CommitStatus {
  return status(environment, { state: 'success', description: removedWords(orphaned), targetUrl });
}

/** Whether a status says no more than that: nothing is released by that commit. */
export function saysOrphaned({ state, description }: CommitStatus): boolean {
  return state === 'success' && /^(orphaned|removed): /.test(description);
}

function status(environment: string, { state, description, targetUrl }: Omit<CommitStatus, 'context'>): CommitStatus {
  return {
    context: statusContext(environment),
    state,
    description: clip(singleLine(description), descriptionLimit),
    targetUrl,
  };
}

function statusState(state: ReleaseState): CommitStatus['state'] {
  switch (state.kind) {
    case 'waiting':
    case 'applying':
    case 'observing':
      return 'pending';
    case 'converged':
    case 'unchanged':
    case 'orphaned':
      return 'success';
    case 'blocked':
    case 'diverged':
      return 'failure';
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
