/**
 *   npm run fidelity [-- --only pr-529,pr-534] [--at-once 3] [--predecessor kubectl] [--streams | --cases]
 *
 * Real pull requests, planned and released on a real cluster: is what a plan said what the cluster holds afterwards?
 * Prints the table and keeps it in `bench/results/`. Ends with 1 where anything was not as it was said.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.ts';
import type { Machine } from '../report.ts';
import { expectedStreams } from './expected-streams.ts';
import { mendedManifests } from './mend-files.ts';
import { definesKinds, type PlayedCase, playCase } from './play-case.ts';
import { releasedBefore, takenOverFrom } from './play-environment.ts';
import { playStream, type StepResult } from './play-stream.ts';
import { type Case, corpusSets, readCases } from './read-case.ts';
import { type FidelityResult, fidelityReport, isFaithful, type SetResult, setResult } from './report.ts';
import { asOfToday } from './today.ts';
import { type FidelityWorld, startFidelityWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    'at-once': { type: 'string', default: '3' },
    predecessor: { type: 'string' },
    streams: { type: 'boolean', default: false },
    cases: { type: 'boolean', default: false },
  },
});

const corpus = process.env['CORPUS'] ?? path.resolve(import.meta.dirname, '../../../shared/corpus');
if (!existsSync(path.join(corpus, corpusSets[0]?.folder ?? ''))) {
  process.stderr.write(
    `There is no corpus at ${corpus}: set CORPUS to the folder that holds ${corpusSets[0]?.folder}.\n`,
  );
  process.exit(2);
}
const wanted = values.only?.split(',');
const sets = corpusSets.map((set) => ({
  set,
  cases: readCases(corpus, set).filter(
    ({ name }) => wanted === undefined || wanted.some((one) => name.endsWith(`/${one}`)),
  ),
}));

const results: SetResult[] = [];
const steps: StepResult[] = [];
const machine = await playEverything();
keep({ at: new Date().toISOString(), machine, sets: results, steps });
process.exitCode = results.every(isFaithful) && steps.every(({ mismatches }) => mismatches.length === 0) ? 0 : 1;

/** Streams have names of their own, and webhooks: they have a cluster to themselves. */
async function playEverything(): Promise<Machine> {
  if (!values.cases && values.predecessor === undefined)
    await inWorld(async (world) => {
      for (const stream of Object.keys(expectedStreams).filter((one) => wanted?.includes(one) ?? true))
        steps.push(...(await playStream(corpus, stream, world)));
    });
  return await inWorld(async (world) => {
    for (const { set, cases } of values.streams ? [] : sets) {
      if (cases.length === 0) continue;
      const started = performance.now();
      const { played, broken } = await playAll(cases, world);
      results.push(setResult(set.folder, played, { seconds: (performance.now() - started) / 1000, broken }));
    }
    return await describeMachine(world.cluster);
  });
}

async function inWorld<T>(play: (world: FidelityWorld) => Promise<T>): Promise<T> {
  const world = await startFidelityWorld(say);
  try {
    return await play(world);
  } finally {
    await world.close();
  }
}

async function playAll(
  cases: readonly Case[],
  { cluster, world: there, supply }: FidelityWorld,
): Promise<{ readonly played: readonly PlayedCase[]; readonly broken: readonly string[] }> {
  const { tools, adminKubeconfig: kubeconfig } = cluster;
  const makeBefore =
    values.predecessor === 'kubectl' ? takenOverFrom({ program: tools.kubectl, kubeconfig }) : releasedBefore;
  const played: PlayedCase[] = [];
  const broken: string[] = [];
  const play = async (one: Case): Promise<void> => {
    try {
      played.push(await playCase(one, there, makeBefore));
    } catch (error) {
      broken.push(`${one.name}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  };
  const [alone, others] = [cases.filter(definesKinds), cases.filter((one) => !definesKinds(one))];
  const objects = cases
    .flatMap(({ environments }) =>
      environments.flatMap(({ before, after }) => [
        ...mendedManifests(before).manifests,
        ...mendedManifests(after).manifests,
      ]),
    )
    .map(({ object }) => asOfToday(object));
  const definitions = await there.definitionsFor(objects);
  const own = new Set(
    objects.filter(({ kind }) => kind === 'CustomResourceDefinition').map(({ metadata }) => metadata.name),
  );
  await supply(definitions.filter(({ metadata }) => !own.has(metadata.name)));
  for (const one of alone) await play(one);
  await supply(definitions.filter(({ metadata }) => own.has(metadata.name)));
  const waiting = others.values();
  const workOff = async (): Promise<void> => {
    for (const one of waiting) await play(one);
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, workOff));
  const inOrder = cases.flatMap((one) => played.find((other) => other.played === one) ?? []);
  return { played: inOrder, broken };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Of some cases alone nothing is kept. */
function keep(result: FidelityResult): void {
  const report = fidelityReport(result);
  say(`\n${report}`);
  if (wanted !== undefined || values.streams || (values.cases && values.predecessor === undefined)) return;
  const folder = path.join(import.meta.dirname, '../results');
  mkdirSync(folder, { recursive: true });
  const predecessor = values.predecessor === undefined ? '' : `${values.predecessor}-`;
  const file = path.join(folder, `fidelity-${predecessor}${result.at.slice(0, 10)}`);
  writeFileSync(`${file}.md`, report);
  writeFileSync(`${file}.json`, `${JSON.stringify(result, null, 2)}\n`);
}
