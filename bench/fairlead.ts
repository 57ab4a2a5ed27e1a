import { setTimeout } from 'node:timers/promises';
import { name, owner } from '../sandbox/sample.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type Contestant, type Course, isPlan, objectsOf, type Seconds } from './contestant.ts';
import { between, readHistogram } from './histogram.ts';
import { filesOf } from './objects.ts';

export const shop = `${owner}/${name}`;

/**
 * Fairlead, asked by pull request. `environment` is one of the settings; its path is `deploy/ENVIRONMENT`. Who waits
 * looks at what GitHub knows without asking it: that would take time from what is measured.
 */
export function fairlead(world: Sandbox, environment: string, course: Course): Contestant {
  const pulls = new Map<string, number>();
  const ada = world.forge.as('ada');
  return {
    measure: async (step) => {
      const branch = `${environment}-${step.endsWith('a change') ? 'change' : 'first'}`;
      if (!isPlan(step)) return await release(branch);
      const files = inEnvironment(environment, filesOf(objectsOf(step, course)));
      if (step !== 'plan where nothing changes') {
        const { pull, ...planned } = await planOf(world, branch, files);
        pulls.set(branch, pull);
        return planned;
      }
      // What the release before it left is asked about once; from then on it is known.
      let planned: Seconds = {};
      for (const turn of ['learn', 'know']) {
        const { pull, ...seconds } = await planOf(world, `${environment}-touched-${turn}`, files);
        planned = seconds;
        await ada.close(shop, pull);
      }
      return planned;
    },
  };

  async function release(branch: string): Promise<Seconds> {
    const before = await scrape(world);
    const started = performance.now();
    const commit = await world.forge.as('grace').merge(shop, pulls.get(branch) ?? 0);
    await untilReleased(world, environment, commit);
    const converged = seconds(started);
    const after = await scrape(world);
    return {
      plan: observed('fairlead_plan_seconds', before, after),
      release: observed('fairlead_release_seconds', before, after),
      converged,
    };
  }
}

/** Until the release of an environment at a commit has succeeded. */
export async function untilReleased(world: Sandbox, environment: string, commit: string): Promise<void> {
  const { statuses } = world.forge.state;
  const status = await until(`fairlead/${environment} of ${commit}`, () =>
    statuses.find(
      ({ sha, context, state }) => sha === commit && context === `fairlead/${environment}` && state !== 'pending',
    ),
  );
  if (status.state !== 'success') throw new Error(`${environment}: ${status.description}`);
}

/** From the pull request of these files until its check is finished. It stays open. */
export async function planOf(
  world: Sandbox,
  branch: string,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly pull: number; readonly plan: number; readonly check: number }> {
  const { checkRuns } = world.forge.state;
  const ada = world.forge.as('ada');
  await ada.pushFiles(shop, { branch, files, message: branch });
  const before = await scrape(world);
  const started = performance.now();
  const pull = await ada.openPullRequest(shop, { head: branch });
  const run = await until(`fairlead/plan of ${branch}`, () =>
    checkRuns.find(
      ({ headSha, name: of, status }) => headSha === pull.head.sha && of === 'fairlead/plan' && status === 'completed',
    ),
  );
  const check = seconds(started);
  if (run.conclusion !== 'success') throw new Error(`${branch}: ${run.output.title}\n${run.output.summary}`);
  const after = await scrape(world);
  return { pull: pull.number, plan: observed('fairlead_plan_seconds', before, after), check };
}

/** Files of an environment as paths of the repository. */
export function inEnvironment(
  environment: string,
  files: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`deploy/${environment}/${file}`, text]));
}

async function scrape(world: Sandbox): Promise<string> {
  return await (await fetch(`${world.fairlead.url}/metrics`)).text();
}

function observed(histogram: string, before: string, after: string): number {
  const mean = between(readHistogram(before, histogram), readHistogram(after, histogram));
  if (mean === null) throw new Error(`${histogram} observed nothing`);
  return mean;
}

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  const deadline = performance.now() + 300_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not within 5 minutes: ${what}`);
    await setTimeout(10);
  }
}

function seconds(since: number): number {
  return (performance.now() - since) / 1000;
}
