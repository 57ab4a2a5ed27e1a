import { type CheckRunInput, createCheckRun, rerequestCheckRun, updateCheckRun } from '../actions/check-runs.ts';
import { annotationBody, checkRunBody, checkSuiteBody } from '../bodies/check.ts';
import { resolveCommit } from '../git/refs.ts';
import { type Body, created, json, page } from '../http/answer.ts';
import { forbid, notFound, refuse } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import type { Annotation, CheckAction, CheckRun } from '../state/reports.ts';
import { conclusions } from '../state/reports.ts';
import { commitInPath, listIn, numberInPath, objectIn, textIn, wordIn } from './input.ts';

const read = { app: ['checks:read'], user: 'read' } as const;
const write = { app: ['checks:write'], user: null } as const;

/** https://docs.github.com/rest/checks */
export const checkRoutes: Routes = {
  'POST /repos/{owner}/{repo}/check-runs': repositoryRoute(write, async (request) => {
    const { world, repository, body } = request;
    const name = textIn(body, 'name') ?? '';
    const sha = textIn(body, 'head_sha') ?? '';
    const known = await world.remember(`exists ${repository.directory} ${sha}`, () => demandCommit(request, sha));
    const run = await createCheckRun(world, repository, appOf(request), known, { ...inputIn(body), name });
    return created(checkRunBody(world, run));
  }),
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}': repositoryRoute(read, (request) =>
    json(checkRunBody(request.world, runInPath(request))),
  ),
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': repositoryRoute(write, async (request) => {
    const run = runInPath(request);
    if (run.appId !== appOf(request).id) {
      throw forbid(
        403,
        'Invalid app_id `' + run.appId + '` - check run can only be modified by the GitHub App that created it.',
      );
    }
    return json(checkRunBody(request.world, await updateCheckRun(request.world, run, inputIn(request.body))));
  }),
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': repositoryRoute(read, (request) => {
    const run = runInPath(request);
    return page(run.annotations, (annotation) => annotationBody(request.world, request.repository, run, annotation));
  }),
  'POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest': repositoryRoute(
    { app: ['checks:write'], user: 'write' },
    async (request) => {
      await rerequestCheckRun(request.world, runInPath(request), request.actor);
      return json({}, 201);
    },
  ),
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': repositoryRoute(read, async (request) => {
    const runs = await listed(request);
    return page(
      runs,
      (run) => checkRunBody(request.world, run),
      (check_runs, total_count) => ({ total_count, check_runs }),
    );
  }),
  'GET /repos/{owner}/{repo}/commits/{ref}/check-suites': repositoryRoute(read, async (request) => {
    const { world, repository, query } = request;
    const sha = await commitInPath(request);
    const app = query.get('app_id');
    const name = query.get('check_name');
    const suites = world.state.checkSuites.where(
      (suite) =>
        suite.repositoryId === repository.id &&
        suite.headSha === sha &&
        (app === null || suite.appId === Number(app)) &&
        (name === null ||
          world.state.checkRuns.find((run) => run.suiteId === suite.id && run.name === name) !== undefined),
    );
    return page(
      suites,
      (suite) => checkSuiteBody(world, suite),
      (check_suites, total_count) => ({ total_count, check_suites }),
    );
  }),
};

/** `filter=latest` (the default): of each name the run that was made last. */
async function listed(request: RepositoryRequest): Promise<CheckRun[]> {
  const { world, repository, query } = request;
  const sha = await commitInPath(request);
  const app = query.get('app_id');
  const name = query.get('check_name');
  const status = query.get('status');
  const found = world.state.checkRuns.where(
    (run) =>
      run.repositoryId === repository.id &&
      run.headSha === sha &&
      (app === null || run.appId === Number(app)) &&
      (name === null || run.name === name),
  );
  const latest = new Map(found.map((run) => [`${run.suiteId} ${run.name}`, run]));
  const chosen = query.get('filter') === 'all' ? found : [...latest.values()];
  return chosen.filter((run) => status === null || run.status === status).toSorted((a, b) => b.id - a.id);
}

function runInPath(request: RepositoryRequest): CheckRun {
  const run = request.world.state.checkRuns.get(numberInPath(request, 'check_run_id'));
  if (run === undefined || run.repositoryId !== request.repository.id) throw notFound();
  return run;
}

function appOf(request: RepositoryRequest) {
  if (request.actor.app === null) throw forbid(403, 'You must authenticate via a GitHub App.');
  return request.actor.app;
}

async function demandCommit(request: RepositoryRequest, sha: string): Promise<string> {
  const known = /^[0-9a-f]{40}$/.test(sha) ? await resolveCommit(request.repository.directory, sha) : undefined;
  if (known === undefined) throw refuse(422, `No commit found for SHA: ${sha}`);
  return known;
}

function inputIn(body: Body): CheckRunInput {
  const output = objectIn(body, 'output');
  return {
    name: textIn(body, 'name'),
    externalId: textIn(body, 'external_id'),
    detailsUrl: textIn(body, 'details_url'),
    status: wordIn(body, 'status', ['queued', 'in_progress', 'completed']),
    conclusion: wordIn(body, 'conclusion', conclusions),
    startedAt: textIn(body, 'started_at'),
    completedAt: textIn(body, 'completed_at'),
    output:
      output === undefined
        ? undefined
        : {
            title: textIn(output, 'title') ?? null,
            summary: textIn(output, 'summary') ?? null,
            text: textIn(output, 'text') ?? null,
          },
    annotations: (output === undefined ? [] : (listIn(output, 'annotations') ?? [])).map(annotationIn),
    actions: listIn(body, 'actions')?.map(actionIn),
  };
}

function annotationIn(value: unknown): Annotation {
  const body: Body = { ...(value as Body) };
  return {
    path: textIn(body, 'path') ?? '',
    start_line: Number(body['start_line']),
    end_line: Number(body['end_line']),
    start_column: body['start_column'] === undefined ? null : Number(body['start_column']),
    end_column: body['end_column'] === undefined ? null : Number(body['end_column']),
    annotation_level: textIn(body, 'annotation_level') ?? '',
    title: textIn(body, 'title') ?? null,
    message: textIn(body, 'message') ?? '',
    raw_details: textIn(body, 'raw_details') ?? null,
  };
}

function actionIn(value: unknown): CheckAction {
  const body: Body = { ...(value as Body) };
  return {
    label: textIn(body, 'label') ?? '',
    description: textIn(body, 'description') ?? '',
    identifier: textIn(body, 'identifier') ?? '',
  };
}
