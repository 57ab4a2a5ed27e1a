import { setTimeout } from 'node:timers/promises';
import { name, owner } from '../sandbox/sample.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type Contestant, type Course, isPlan, objectsOf, type Seconds, type Step } from './contestant.ts';
import { between, readHistogram } from './histogram.ts';
import { filesOf } from './objects.ts';

const shop = `${owner}/${name}`;

/**
 * Fairlead, asked by pull request. `environment` is one of the settings; its path is `deploy/ENVIRONMENT`. Who waits
 * looks at what GitHub knows without asking it: that would take time from what is measured.
 */
export function fairlead(world: Sandbox, environment: string, course: Course): Contestant {
  const { checkRuns, statuses } = world.forge.state;
  const pulls = new Map<string, number>();
  return {
    measure: async (step) => {
      const branch = `${environment}-${step.endsWith('change') ? 'change' : 'first'}`;
      return isPlan(step) ? await plan(step, branch) : await release(branch);
    },
  };

  async function plan(step: Step, branch: string): Promise<Seconds> {
    const files = Object.entries(filesOf(objectsOf(step, course))).map(
      ([file, text]) => [`deploy/${environment}/${file}`, text] as const,
    );
    const ada = world.forge.as('ada');
    await ada.pushFiles(shop, { branch, files: Object.fromEntries(files), message: branch });
    const before = await scrape();
    const started = performance.now();
    const pull = await ada.openPullRequest(shop, { head: branch });
    pulls.set(branch, pull.number);
    const run = await until(`fairlead/plan of ${branch}`, () =>
      checkRuns.find(
        ({ headSha, name: of, status }) =>
          headSha === pull.head.sha && of === 'fairlead/plan' && status === 'completed',
      ),
    );
    const check = seconds(started);
    if (run.conclusion !== 'success') throw new Error(`${branch}: ${run.output.title}\n${run.output.summary}`);
    const after = await scrape();
    return { plan: observed('fairlead_plan_seconds', before, after), check };
  }

  async function release(branch: string): Promise<Seconds> {
    const before = await scrape();
    const started = performance.now();
    const commit = await world.forge.as('grace').merge(shop, pulls.get(branch) ?? 0);
    const status = await until(`fairlead/${environment} of ${branch}`, () =>
      statuses.find(
        ({ sha, context, state }) => sha === commit && context === `fairlead/${environment}` && state !== 'pending',
      ),
    );
    const converged = seconds(started);
    if (status.state !== 'success') throw new Error(`${branch}: ${status.description}`);
    const after = await scrape();
    return {
      plan: observed('fairlead_plan_seconds', before, after),
      release: observed('fairlead_release_seconds', before, after),
      converged,
    };
  }

  async function scrape(): Promise<string> {
    return await (await fetch(`${world.fairlead.url}/metrics`)).text();
  }
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
