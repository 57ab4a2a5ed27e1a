import type { DeploymentState } from '../../domain/commit-status.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { Deployments } from '../../ports/forge.ts';
import { goneAway } from './forge-failures.ts';
import { callerOf, pathOf } from './of-repository.ts';
import { type Answer, readList, readObject } from './read-answer.ts';
import type { Transport } from './transport.ts';

/** What tells our deployments of an environment from those of other tools. */
const task = 'fairlead';

/** https://docs.github.com/rest/deployments/deployments, /rest/deployments/statuses */
export function createDeployments(transport: Transport): Deployments {
  async function find(repository: Repository, commit: CommitId, environment: string): Promise<number | null> {
    const route = 'GET /repos/{owner}/{repo}/deployments';
    const parameters = { ...pathOf(repository), sha: commit, environment, task };
    const found = await transport.list(callerOf(repository), route, parameters, (page) =>
      readList(page, 'deployments'),
    );
    if (found === null) throw goneAway(repository);
    // Of doubles the first one is kept up, by every worker.
    return found.map((deployment) => deployment.number('id')).toSorted((left, right) => left - right)[0] ?? null;
  }

  function make(repository: Repository, commit: CommitId, { environment }: DeploymentState): Promise<number> {
    return transport.create(
      callerOf(repository),
      'POST /repos/{owner}/{repo}/deployments',
      {
        ...pathOf(repository),
        ref: commit,
        environment,
        task,
        description: `Fairlead releases ${commit.slice(0, 7)}`,
        // GitHub's defaults would merge the default branch into ours, and wait for every status: the one that says
        // that this release is pending, too.
        auto_merge: false,
        required_contexts: [],
        transient_environment: false,
        production_environment: environment === 'production',
      },
      {
        read: (data) => readObject(data, 'deployment').number('id'),
        look: () => find(repository, commit, environment),
      },
    );
  }

  async function latest(repository: Repository, deployment: number): Promise<DeploymentText | null> {
    const route = 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
    const parameters = { ...pathOf(repository), deployment_id: deployment };
    const found = await transport.list(callerOf(repository), route, parameters, (page) =>
      readList(page, 'deployment statuses'),
    );
    const newest = found?.toSorted((left, right) => right.number('id') - left.number('id'))[0];
    return newest === undefined ? null : readText(newest);
  }

  return {
    async setDeployment(repository, commit, state) {
      const existing = await find(repository, commit, state.environment);
      const deployment = existing ?? (await make(repository, commit, state));
      const text = textOf(state);
      const isSaid = async (): Promise<true | null> => {
        const said = await latest(repository, deployment);
        return said !== null && sameText(said, text) ? true : null;
      };
      if (existing !== null && (await isSaid()) !== null) return;
      await transport.create(
        callerOf(repository),
        'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
        { ...pathOf(repository), deployment_id: deployment, ...text },
        { read: () => true, look: isSaid },
      );
    },
  };
}

/** A state as GitHub writes it; an address that is not known is an empty text. */
interface DeploymentText {
  readonly state: string;
  readonly description: string;
  readonly environment_url: string;
  readonly log_url: string;
}

function textOf({ state, description, environmentUrl, logUrl }: DeploymentState): DeploymentText {
  return { state, description, environment_url: environmentUrl ?? '', log_url: logUrl ?? '' };
}

function readText(answer: Answer): DeploymentText {
  return {
    state: answer.text('state'),
    description: answer.textOrNull('description') ?? '',
    environment_url: answer.textOrNull('environment_url') ?? '',
    log_url: answer.textOrNull('log_url') ?? '',
  };
}

function sameText(left: DeploymentText, right: DeploymentText): boolean {
  return (
    left.state === right.state &&
    left.description === right.description &&
    left.environment_url === right.environment_url &&
    left.log_url === right.log_url
  );
}
