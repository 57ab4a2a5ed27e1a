import { readCommit } from '../git/commits.ts';
import type { Body } from '../http/answer.ts';
import type { Annotation, CheckRun, CheckSuite } from '../state/reports.ts';
import type { PullRequest, Repository } from '../state/repositories.ts';
import type { World } from '../world.ts';
import { nodeId, repositoryApi, repositoryPage } from './address.ts';
import { appBody } from './app.ts';
import { simpleCommitBody } from './commit.ts';
import { minimalPullRequestBody } from './pull-request.ts';
import { repositoryBody } from './repository.ts';

/** `check-run` */
export function checkRunBody(world: World, run: CheckRun): Body {
  const repository = world.state.repositories.must(run.repositoryId);
  const url = `${repositoryApi(world, repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${repositoryPage(world, repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suiteId },
    app: appBody(world, world.state.apps.must(run.appId)),
    pull_requests: openPulls(world, run.repositoryId, run.headSha).map((pull) => minimalPullRequestBody(world, pull)),
  };
}

/** The check run in a webhook, with its suite. */
export function sentCheckRunBody(world: World, run: CheckRun): Body {
  const suite = world.state.checkSuites.must(run.suiteId);
  return { ...checkRunBody(world, run), check_suite: suiteBody(world, suite) };
}

/** `check-suite` */
export async function checkSuiteBody(world: World, suite: CheckSuite): Promise<Body> {
  const repository = world.state.repositories.must(suite.repositoryId);
  const runs = world.state.checkRuns.where((run) => run.suiteId === suite.id);
  const commit = await world.remember(`commit ${repository.directory} ${suite.headSha}`, () =>
    readCommit(repository.directory, suite.headSha),
  );
  return {
    ...suiteBody(world, suite),
    repository: repositoryBody(world, repository),
    head_commit: simpleCommitBody(commit),
    latest_check_runs_count: new Set(runs.map((run) => run.name)).size,
    check_runs_url: `${repositoryApi(world, repository)}/check-suites/${suite.id}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  };
}

/** `check-annotation` */
export function annotationBody(world: World, repository: Repository, run: CheckRun, annotation: Annotation): Body {
  const path = annotation.path.split('/').map(encodeURIComponent).join('/');
  return { ...annotation, blob_href: `${repositoryPage(world, repository)}/blob/${run.headSha}/${path}` };
}

function suiteBody(world: World, suite: CheckSuite): Body {
  const repository = world.state.repositories.must(suite.repositoryId);
  const pulls = openPulls(world, suite.repositoryId, suite.headSha);
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suite.status,
    conclusion: suite.conclusion,
    url: `${repositoryApi(world, repository)}/check-suites/${suite.id}`,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pulls.map((pull) => minimalPullRequestBody(world, pull)),
    app: appBody(world, world.state.apps.must(suite.appId)),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  };
}

/**
 * The open pull requests that have this commit as their head, branches of forks left out: "Pushes to a branch in a
 * forked repository are not detected and return an empty pull_requests array." https://docs.github.com/rest/checks/runs
 */
function openPulls(world: World, repositoryId: number, sha: string): PullRequest[] {
  return world.state.pullRequests.where(
    (pull) =>
      pull.repositoryId === repositoryId &&
      pull.head.repositoryId === repositoryId &&
      pull.head.sha === sha &&
      pull.state === 'open',
  );
}
