import { findRepository } from '../../sandbox/forge/state/find.ts';
import { assertNoViolations } from '../../sandbox/forge/violations.ts';
import { type Reader, reader, type SeenCheckRun, type SeenStatus } from '../../sandbox/reader.ts';
import { name, owner, tokenOf } from '../../sandbox/sample.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { planCommentMarker } from '../../src/domain/marker.ts';
import { eventually } from '../eventually.ts';
import { settings, webFiles } from './shop.ts';

export const shop = `${owner}/${name}`;

export interface OpenPullRequest {
  readonly number: number;
  readonly head: string;
}

/** A world with the repository `acme/shop` in it, and what people do and see in a scenario. */
export interface Story {
  readonly world: Sandbox;
  readonly github: Reader;
  /** Ada pushes files to a branch from `main` and opens a pull request. */
  open(branch: string, files: Readonly<Record<string, string | null>>): Promise<OpenPullRequest>;
  /** Ada pushes again to the branch of a pull request. */
  pushAgain(branch: string, files: Readonly<Record<string, string | null>>, number: number): Promise<OpenPullRequest>;
  /** Grace merges; the commit on `main`. */
  merge(pull: OpenPullRequest): Promise<string>;
  /** The conclusion of `fairlead/plan` on the head, once there is one that `says` this (default: any). */
  planned(pull: OpenPullRequest, says?: string): Promise<SeenCheckRun>;
  /** A check run as it is now. */
  checkRun(pull: OpenPullRequest, run: string): Promise<SeenCheckRun | undefined>;
  /** The one comment's body; fails where there are two. */
  comment(number: number): Promise<string>;
  /** All bodies of Fairlead's replies to commands. */
  replies(number: number): Promise<readonly string[]>;
  /** The status of an environment on a commit, once it is one of these (default: success, failure or error). */
  verdict(commit: string, environment: string, states?: readonly string[]): Promise<SeenStatus>;
  /** The command that a waiting release asks a second person for: `/confirm 3f9a1c…`. */
  confirmation(commit: string, environment: string): Promise<string>;
  /** An object as the API server holds it; null: 404. */
  live(cluster: string, path: string): Promise<KubernetesObject | null>;
  /** Opens, plans, merges and waits until these environments have converged: what a story begins with. */
  release(
    branch: string,
    files: Readonly<Record<string, string | null>>,
    environments: readonly string[],
  ): Promise<string>;
  /** Closes all open pull requests of `acme/shop`: what comes next is not held up by them. */
  closeAll(): Promise<void>;
  /** Fails where GitHub would have refused anything that was sent. */
  close(): Promise<void>;
}

/** One cluster and one environment `staging` of plain YAML, unless told otherwise. */
export async function startStory(options: Partial<SandboxOptions> = {}): Promise<Story> {
  const world = await startSandbox({
    clusters: ['staging'],
    files: { '.github/fairlead.yml': settings, ...webFiles },
    allow: [{ environment: 'staging', cluster: 'staging', namespace: 'shop' }],
    ...options,
    // A story that is not about the sweep sees none in its midst.
    env: { FAIRLEAD_SWEEP: '1h', ...options.env },
  });
  const { forge } = world;
  const github = reader({ apiUrl: forge.apiUrl, token: tokenOf('eve') });
  const [ada, grace] = [forge.as('ada'), forge.as('grace')];

  const planned: Story['planned'] = ({ head }, says = '') =>
    eventually(async () => {
      const run = (await github.checkRuns(head)).find((candidate) => candidate.name === 'fairlead/plan');
      if (run === undefined) throw new Error('there is no check run fairlead/plan');
      if (run.status !== 'completed' || !`${run.title}\n${run.summary}`.includes(says)) throw new Error(seen(run));
      return run;
    }, 40_000);
  const verdict: Story['verdict'] = (commit, environment, states = ['success', 'failure', 'error']) =>
    eventually(async () => {
      const statuses = await github.statuses(commit);
      const status = statuses[`fairlead/${environment}`];
      if (status === undefined || !states.includes(status.state)) throw new Error(JSON.stringify(statuses));
      return status;
    }, 90_000);
  const open: Story['open'] = async (branch, files) => {
    await ada.pushFiles(shop, { branch, files, message: `Change ${branch}` });
    const pull = await ada.openPullRequest(shop, { head: branch });
    return { number: pull.number, head: pull.head.sha };
  };
  const merge: Story['merge'] = ({ number }) => grace.merge(shop, number);
  return {
    world,
    github,
    open,
    merge,
    planned,
    verdict,
    pushAgain: async (branch, files, number) => ({
      number,
      head: await ada.pushFiles(shop, { branch, files, message: `Change ${branch} again` }),
    }),
    checkRun: async ({ head }, run) => (await github.checkRuns(head)).find((candidate) => candidate.name === run),
    comment: async (number) => {
      const ours = (await github.comments(number)).filter((body) => body.includes(planCommentMarker));
      if (ours.length !== 1) throw new Error(`${ours.length} plan comments on #${number}`);
      return ours[0] ?? '';
    },
    confirmation: (commit, environment) =>
      eventually(async () => {
        const { description } = await verdict(commit, environment, ['pending']);
        return /\/confirm [0-9a-f]{12}/.exec(description)?.[0] ?? null;
      }),
    replies: async (number) => (await github.comments(number)).filter((body) => body.includes('<!-- fairlead:reply')),
    live: async (cluster, path) => {
      const answer = await world.clusters[cluster]?.admin.request('GET', path);
      if (answer === undefined) throw new Error(`no cluster ${cluster}`);
      if (answer.status === 404) return null;
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
      return answer.body as KubernetesObject;
    },
    release: async (branch, files, environments) => {
      const pull = await open(branch, files);
      await planned(pull);
      const commit = await merge(pull);
      for (const environment of environments) {
        const status = await verdict(commit, environment);
        if (status.state !== 'success') throw new Error(`${environment}: ${status.description}`);
      }
      return commit;
    },
    closeAll: async () => {
      const repository = findRepository(forge.state, owner, name);
      const open = forge.state.pullRequests.where(
        ({ state, repositoryId }) => state === 'open' && repositoryId === repository?.id,
      );
      for (const { number } of open) await grace.close(shop, number);
    },
    close: async () => {
      try {
        assertNoViolations(forge);
      } finally {
        await world.close();
      }
    },
  };
}

function seen(run: SeenCheckRun): string {
  return `fairlead/plan: ${run.status} ${run.conclusion ?? ''} ${run.title}\n${run.summary}`;
}
