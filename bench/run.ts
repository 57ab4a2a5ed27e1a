/**
 *   npm run bench [-- --objects 100,1000] [--rounds 5]
 *
 * Plans and releases beside kubectl and beside bare requests, in turns, on one real cluster. Prints the table and keeps
 * it in `bench/results/`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureAmongMany, placesOf } from './among-many.ts';
import { type BenchWorld, memoryPeak, prepareRound, type Round, roundOf, startBenchWorld } from './bench-world.ts';
import { type Contestant, steps } from './contestant.ts';
import { fairlead } from './fairlead.ts';
import { kubectl } from './kubectl.ts';
import { describeMachine } from './machine.ts';
import { type BenchObject, namespacesOf, readBenchObjects, touched, withChanges } from './objects.ts';
import { untilQuiet } from './quiet.ts';
import { type RawRequests, rawRequests } from './raw.ts';
import { type BenchResult, benchReport, type RoundSeconds, type SizeResult } from './report.ts';

const { values } = parseArgs({
  options: { objects: { type: 'string', default: '100,1000' }, rounds: { type: 'string', default: '5' } },
});
const numbers = Array.from({ length: Number(values.rounds) }, (_, index) => index + 1);
const sizes = values.objects.split(',').map((count) => {
  const { source, objects } = readBenchObjects(Number(count));
  return { source, objects, rounds: numbers.map((number) => roundOf(objects, number)) };
});

const most = sizes.at(-1)?.objects ?? [];
const places = placesOf(most);
const bench = await startBenchWorld(
  sizes.flatMap(({ rounds }) => rounds),
  places,
  say,
);
const raw = rawRequests(bench.kubeconfig);
try {
  const results: SizeResult[] = [];
  for (const { source, objects, rounds } of sizes) {
    const measured: RoundSeconds[] = [];
    for (const [index, round] of rounds.entries()) measured.push(await measureRound(round, index, { bench, raw }));
    const namespaces = namespacesOf(objects).length;
    const memoryPeakMiB = memoryPeak(bench.world);
    results.push({ objects: objects.length, namespaces, source, rounds: measured, memoryPeakMiB });
  }
  const amongMany = await measureAmongMany({ bench, places, rounds: numbers.length, say });
  const machine = await describeMachine(bench.cluster);
  keep({ at: new Date().toISOString(), machine, sizes: results, amongMany });
} finally {
  await raw.close();
  // Ended by itself it writes its profile, where one was asked for.
  await bench.world.fairlead.stop();
  await bench.world.close();
}

type Parts = { readonly bench: BenchWorld; readonly raw: RawRequests };

/** All steps, each by every contestant; who begins changes from round to round. */
async function measureRound(round: Round, index: number, parts: Parts): Promise<RoundSeconds> {
  await prepareRound(parts.bench, round);
  const contestants = contestantsOf(round, parts);
  const turn = index % contestants.length;
  const order = [...contestants.slice(turn), ...contestants.slice(0, turn)];
  const measured: Record<string, Readonly<Record<string, number>>> = {};
  for (const step of steps) {
    for (const contestant of order) {
      await untilQuiet();
      measured[step] = { ...measured[step], ...(await contestant.measure(step)) };
    }
    const words = Object.entries(measured[step] ?? {}).map(([column, seconds]) => `${column} ${seconds.toFixed(2)} s`);
    say(`${round.environment} ${step}: ${words.join(', ')}`);
  }
  await parts.raw.remove(Object.values(round.objects).flat());
  return measured as RoundSeconds;
}

function contestantsOf({ environment, objects }: Round, { bench, raw }: Parts): readonly Contestant[] {
  const { world, cluster, kubeconfig } = bench;
  const courseOf = (first: readonly BenchObject[]) => {
    const changed = withChanges(first);
    return { first, changed, touched: touched(changed) };
  };
  const folder = path.join(world.folder, `kubectl-${environment}`);
  return [
    raw.of(courseOf(objects.raw)),
    kubectl({ program: cluster.tools.kubectl, kubeconfig, folder }, courseOf(objects.kubectl)),
    fairlead(world, environment, courseOf(objects.fairlead)),
  ];
}

function keep(result: BenchResult): void {
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, result.at.slice(0, 10));
  const report = benchReport(result);
  writeFileSync(`${file}.md`, report);
  writeFileSync(`${file}.json`, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`\n${report}\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
