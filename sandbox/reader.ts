import { Octokit } from '@octokit/rest';
import { name, owner } from './sample.ts';

/** What a person sees of a repository, read through GitHub's API. */
export type Reader = {
  /** The bodies of all comments on a pull request, oldest first. */
  comments(number: number): Promise<readonly string[]>;
  /** The latest check run of each name. */
  checkRuns(commit: string): Promise<readonly SeenCheckRun[]>;
  /** What a check run says beside lines of files, in its order. */
  annotations(checkRun: number): Promise<readonly SeenAnnotation[]>;
  /** The latest status of each context. */
  statuses(commit: string): Promise<Readonly<Record<string, SeenStatus>>>;
};

export type SeenCheckRun = {
  readonly id: number;
  readonly name: string;
  readonly externalId: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
};

export type SeenAnnotation = {
  readonly file: string;
  readonly line: number;
  readonly level: string;
  readonly title: string;
  readonly message: string;
};

export type SeenStatus = {
  readonly state: string;
  readonly description: string;
  /** Where *Details* leads. */
  readonly url: string | null;
};

/** `repository`: one of the sample's owner; default the sample. */
export function reader(github: {
  readonly apiUrl: string;
  readonly token: string;
  readonly repository?: string;
}): Reader {
  const { rest } = new Octokit({ baseUrl: github.apiUrl, auth: github.token });
  const repo = { owner, repo: github.repository ?? name };
  return {
    comments: async (number) => {
      const { data } = await rest.issues.listComments({ ...repo, issue_number: number, per_page: 100 });
      return data.map(({ body }) => body ?? '');
    },
    checkRuns: async (commit) => {
      const { data } = await rest.checks.listForRef({ ...repo, ref: commit, filter: 'latest', per_page: 100 });
      return data.check_runs.map((run) => ({
        id: run.id,
        name: run.name,
        externalId: run.external_id ?? '',
        status: run.status,
        conclusion: run.conclusion,
        title: run.output.title ?? '',
        summary: run.output.summary ?? '',
        text: run.output.text ?? '',
      }));
    },
    annotations: async (checkRun) => {
      const { data } = await rest.checks.listAnnotations({ ...repo, check_run_id: checkRun, per_page: 100 });
      return data.map((annotation) => ({
        file: annotation.path,
        line: annotation.start_line,
        level: annotation.annotation_level ?? '',
        title: annotation.title ?? '',
        message: annotation.message ?? '',
      }));
    },
    statuses: async (commit) => {
      const { data } = await rest.repos.getCombinedStatusForRef({ ...repo, ref: commit, per_page: 100 });
      return Object.fromEntries(
        data.statuses.map(({ context, state, description, target_url: url }) => [
          context,
          { state, description: description ?? '', url },
        ]),
      );
    },
  };
}
