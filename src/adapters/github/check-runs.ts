import type { Annotation, CheckRun } from '../../domain/check-run.ts';
import { Failure } from '../../domain/failure.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CheckRuns, PublishedCheckRun } from '../../ports/forge.ts';
import { type CheckRunWrite, nextCheckRunWrite, type StandingCheckRun } from './check-run-write.ts';
import { goneAway } from './forge-failures.ts';
import { callerOf, pathOf } from './of-repository.ts';
import { type Answer, readList, readObject } from './read-answer.ts';
import type { Parameters, Transport } from './transport.ts';

export interface CheckRunsOptions {
  readonly transport: Transport;
  readonly appId: number;
  readonly clock: Clock;
}

/** Answers that may get lost before it is given up. */
const losses = 4;
const pauseMs = 1000;

/** https://docs.github.com/rest/checks/runs */
export function createCheckRuns({ transport, appId, clock }: CheckRunsOptions): CheckRuns {
  async function listed(repository: Repository, commit: CommitId, filter: Parameters): Promise<readonly Answer[]> {
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
    const parameters = { ...pathOf(repository), ref: commit, app_id: appId, filter: 'latest', ...filter };
    const found = await transport.list(callerOf(repository), route, parameters, (page) =>
      readObject(page, 'check runs').list('check_runs'),
    );
    if (found === null) throw goneAway(repository);
    return latestOfEachName(found);
  }

  async function standingRun(repository: Repository, { head, name }: CheckRun): Promise<StandingCheckRun | null> {
    const [answer] = await listed(repository, head, { check_name: name });
    if (answer === undefined) return null;
    const run = readRun(answer);
    const number = answer.object('output').numberOrNull('annotations_count') ?? 0;
    return { run, annotations: number === 0 ? [] : await annotations(repository, run.id) };
  }

  async function annotations(repository: Repository, id: number): Promise<readonly Annotation[]> {
    const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations';
    const found = await transport.list(
      callerOf(repository),
      route,
      { ...pathOf(repository), check_run_id: id },
      (page) => readList(page, 'annotations'),
    );
    return (found ?? []).map(readAnnotation);
  }

  function send(repository: Repository, run: CheckRun, write: CheckRunWrite) {
    const body = { ...pathOf(repository), ...bodyOf(run, write.annotations) };
    return write.kind === 'create'
      ? transport.once(callerOf(repository), 'POST /repos/{owner}/{repo}/check-runs', {
          ...body,
          name: run.name,
          head_sha: run.head,
        })
      : transport.once(callerOf(repository), 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
          ...body,
          check_run_id: write.id,
        });
  }

  return {
    async checkRuns(repository, commit) {
      return (await listed(repository, commit, {})).map(readRun);
    },

    // Each step looks at what stands there (or knows it from the answer) and sends the one request that is missing:
    // whatever of it got lost, running it again ends the same.
    async publishCheckRun(repository, run) {
      let standing = await standingRun(repository, run);
      for (let lost = 0; lost < losses; ) {
        const write = nextCheckRunWrite(standing, run);
        if (write === null) return;
        const sent = await send(repository, run, write);
        if (sent.kind === 'lost') {
          lost += 1;
          await clock.sleep(pauseMs * lost, new AbortController().signal);
          standing = await standingRun(repository, run);
        } else {
          const before = write.kind === 'create' ? [] : (standing?.annotations ?? []);
          const { id } = readRun(readObject(sent.data, 'check run'));
          standing = { run: asPublished(run, id), annotations: [...before, ...write.annotations] };
        }
      }
      throw new Failure('forge-unreachable', {
        subject: `${run.name} of ${run.head}`,
        message: 'no answer to any try',
        retryable: true,
        cause: null,
      });
    },
  };
}

function bodyOf(run: CheckRun, annotations: readonly Annotation[]): Parameters {
  return {
    external_id: run.externalId,
    ...(run.detailsUrl === undefined ? {} : { details_url: run.detailsUrl }),
    ...(run.conclusion === null ? { status: 'in_progress' } : { status: 'completed', conclusion: run.conclusion }),
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations: annotations.map((annotation) => ({
        path: annotation.path,
        start_line: annotation.startLine,
        end_line: annotation.endLine,
        annotation_level: annotation.level,
        title: annotation.title,
        message: annotation.message,
      })),
    },
    actions: run.actions,
  };
}

// "latest" is of each check suite, and a commit may have several.
function latestOfEachName(runs: readonly Answer[]): readonly Answer[] {
  const latest = new Map<string, Answer>();
  for (const run of runs) {
    const known = latest.get(run.text('name'));
    if (known === undefined || known.number('id') < run.number('id')) latest.set(run.text('name'), run);
  }
  return [...latest.values()];
}

function readRun(answer: Answer): PublishedCheckRun {
  const output = answer.objectOrNull('output');
  return {
    id: answer.number('id'),
    name: answer.text('name'),
    externalId: answer.textOrNull('external_id') ?? '',
    conclusion: answer.textOrNull('conclusion'),
    title: output?.textOrNull('title') ?? null,
    summary: output?.textOrNull('summary') ?? null,
    text: output?.textOrNull('text') ?? null,
    completedAt: answer.textOrNull('completed_at'),
  };
}

// What an answered request has made true.
function asPublished({ name, externalId, conclusion, title, summary, text }: CheckRun, id: number): PublishedCheckRun {
  return { id, name, externalId, conclusion, title, summary, text, completedAt: null };
}

function readAnnotation(answer: Answer): Annotation {
  const startLine = answer.number('start_line');
  return {
    path: answer.text('path'),
    startLine,
    endLine: answer.numberOrNull('end_line') ?? startLine,
    level: readLevel(answer.textOrNull('annotation_level')),
    title: answer.textOrNull('title') ?? '',
    message: answer.textOrNull('message') ?? '',
  };
}

function readLevel(level: string | null): Annotation['level'] {
  return level === 'notice' || level === 'warning' ? level : 'failure';
}
