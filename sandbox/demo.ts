import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { styleText } from 'node:util';
import { demoAddresses } from './demo-addresses.ts';
import { demoChanges, makeProductionDrift } from './demo-changes.ts';
import { assertNoViolations, requestsLine } from './forge/violations.ts';
import type { Allowed } from './operator-file.ts';
import { readFiles } from './read-files.ts';
import { type Reader, reader } from './reader.ts';
import { name, owner, tokenOf } from './sample.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { terminalMarkdown } from './terminal-markdown.ts';

const shop = `${owner}/${name}`;

const allow: readonly Allowed[] = [
  { environment: 'staging', cluster: 'staging', namespace: 'shop-staging' },
  { environment: 'reports', cluster: 'staging', namespace: 'shop-reports' },
  { environment: 'production', cluster: 'production', namespace: 'shop' },
  // Nothing declares it: who goes on by hand can.
  { environment: 'qa', cluster: 'staging', namespace: 'shop-qa' },
];

const started = performance.now();
const world = await startDemoWorld();
try {
  await play(world);
  say(requestsLine(world.forge.requests.length, world.forge.violations));
  assertNoViolations(world.forge);
  if (process.argv.includes('--keep')) {
    process.stdout.write(demoAddresses(world));
    // A terminal's Ctrl-C comes twice, by itself and through setup.mjs: the second must not cut the ending short.
    await new Promise((resolve) => process.on('SIGINT', resolve).on('SIGTERM', resolve));
    scene('Stopping');
  }
} catch (error) {
  process.stdout.write(`\nWhat Fairlead said last:\n${logTail(world.fairlead.log)}\n`);
  throw error;
} finally {
  await world.close();
}
say(`done in ${seconds(started)}`);

async function startDemoWorld(): Promise<Sandbox> {
  scene('A world on loopback: a GitHub, a Redis, two Kubernetes clusters, and Fairlead');
  // The repository begins with its settings; what they speak of comes with the first pull request.
  const all = Object.entries(readFiles(new URL('shop', import.meta.url).pathname));
  const files = Object.fromEntries(all.filter(([file]) => !file.startsWith('deploy/')));
  const running = await startSandbox({ clusters: ['staging', 'production'], files, allow, say });
  say(`everything runs after ${seconds(started)}`);
  return running;
}

async function play(world: Sandbox): Promise<void> {
  scene('Ada opens a pull request: the shop goes online');
  await release(world, demoChanges.online);

  scene('Somebody scales production by hand, and tells nobody');
  await makeProductionDrift(world);
  say('kubectl scale deployment/web --replicas=5');

  scene('Ada opens another one: a new version, and a ConfigMap that nobody needs any more');
  await release(world, demoChanges.version);
}

/** One pull request from its opening to the verdict. */
async function release(world: Sandbox, change: (typeof demoChanges)[keyof typeof demoChanges]): Promise<void> {
  const eve = reader({ apiUrl: world.forge.apiUrl, token: tokenOf('eve') });
  const ada = world.forge.as('ada');
  const { branch, files, title } = change;
  await ada.pushFiles(shop, { branch, files, message: title });
  const opened = performance.now();
  const pull = await ada.openPullRequest(shop, { head: branch, title });
  say(`#${pull.number} ${title}`);
  await untilPlanned(eve, pull.head.sha);
  say(`planned after ${seconds(opened)}`);
  await showChecks(eve, pull.head.sha);
  await showComment(eve, pull.number);

  scene(`Grace merges #${pull.number}`);
  const merged = performance.now();
  const commit = await world.forge.as('grace').merge(shop, pull.number);
  await untilReleased(eve, commit, change.environments);
  say(`${change.environments.length} environments have their verdict after ${seconds(merged)}`);
  for (const [context, status] of Object.entries(await eve.statuses(commit))) {
    process.stdout.write(`  ${mark(status.state)} ${styleText('bold', context)} — ${status.description}\n`);
  }
  await until('the comment says so, too', async () => {
    const comment = await planComment(eve, pull.number);
    return comment.includes('Fairlead: merged;') && !/⏳/.test(comment);
  });
  const [verdict] = (await planComment(eve, pull.number)).split('<sub>');
  say(`and the comment on #${pull.number} begins now:\n`);
  process.stdout.write(
    `${terminalMarkdown(verdict ?? '')
      .trim()
      .replace(/^/gm, '  │ ')}\n\n`,
  );
  await showObjects(world);
}

async function untilPlanned(github: Reader, head: string): Promise<void> {
  await until('fairlead/plan has its conclusion', async () => {
    const runs = await github.checkRuns(head);
    return runs.some((run) => run.name === 'fairlead/plan' && run.status === 'completed');
  });
}

async function untilReleased(github: Reader, commit: string, environments: readonly string[]): Promise<void> {
  let last = '';
  await until('every environment has its verdict', async () => {
    const statuses = await github.statuses(commit);
    const line = environments.map((one) => `${one}: ${statuses[`fairlead/${one}`]?.description ?? '…'}`).join(' · ');
    if (line !== last) process.stdout.write(styleText('dim', `  ${line}\n`));
    last = line;
    return environments.every((one) => !['pending', undefined].includes(statuses[`fairlead/${one}`]?.state));
  });
}

async function showChecks(github: Reader, head: string): Promise<void> {
  for (const run of await github.checkRuns(head)) {
    process.stdout.write(`  ${mark(run.conclusion ?? run.status)} ${styleText('bold', run.name)} — ${run.title}\n`);
  }
}

async function showComment(github: Reader, number: number): Promise<void> {
  const text = terminalMarkdown(await planComment(github, number)).trim();
  process.stdout.write(`\n${text.replace(/^/gm, '  │ ')}\n`);
}

async function planComment(github: Reader, number: number): Promise<string> {
  return (await github.comments(number)).find((body) => body.includes('<!-- fairlead -->')) ?? '';
}

async function showObjects(world: Sandbox): Promise<void> {
  for (const { cluster, namespace } of allow) {
    const { body } = (await world.clusters[cluster]?.admin.request(
      'GET',
      `/apis/apps/v1/namespaces/${namespace}/deployments`,
    )) ?? { body: null };
    for (const line of deploymentLines(body)) process.stdout.write(`  ${cluster}: ${line}\n`);
  }
}

function deploymentLines(list: unknown): readonly string[] {
  const items = (list as { readonly items?: readonly Deployment[] } | null)?.items ?? [];
  return items.map(({ metadata, spec, status }) => {
    const image = spec.template.spec.containers[0]?.image ?? '';
    return `Deployment ${metadata.namespace}/${metadata.name} ${status?.availableReplicas ?? 0}/${spec.replicas} ${image}`;
  });
}

type Deployment = {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status?: { readonly availableReplicas?: number };
};

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within a minute: ${what}`);
    await setTimeout(100);
  }
}

function logTail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-25).join('\n');
}

function scene(title: string): void {
  process.stdout.write(`\n${styleText(['bold', 'blue'], title)}\n`);
}

function say(line: string): void {
  process.stdout.write(`  ${line}\n`);
}

function mark(state: string): string {
  return state === 'success' ? styleText('green', '✔') : styleText('yellow', '●');
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
