import {
  type BenchWorld,
  forgetMemoryPeak,
  makeNamespaces,
  memoryPeak,
  type Place,
  settingsOf,
} from './bench-world.ts';
import { inEnvironment, planOf, shop, untilReleased } from './fairlead.ts';
import { type BenchObject, filesOf, inNamespaces, namespacesOf } from './objects.ts';
import { untilQuiet } from './quiet.ts';
import type { AmongMany } from './report.ts';

const environments = 10;

/** The same objects in each of many environments of one repository. */
export function placesOf(objects: readonly BenchObject[]): readonly Place[] {
  return Array.from({ length: environments }, (_, index) => ({
    environment: `many-${index + 1}`,
    objects: inNamespaces(objects, (name) => `${name}-m${index + 1}`),
  }));
}

export type ManyOptions = {
  readonly bench: BenchWorld;
  readonly places: readonly Place[];
  readonly rounds: number;
  readonly say: (line: string) => void;
};

/** One changed object of the first environment: while it is the only one, and beside all others. */
export async function measureAmongMany({ bench, places, rounds, say }: ManyOptions): Promise<AmongMany> {
  const [first] = places;
  if (first === undefined) throw new Error('there is no environment');
  await releaseAll(bench, [first]);
  const alone = await measurePlans('alone', first, { bench, rounds, say });
  await releaseAll(bench, places);
  // What the plan before it holds is let go by now, or it belongs to this one.
  await planChange('warm-up', first, bench);
  forgetMemoryPeak(bench.world);
  const among = await measurePlans('among', first, { bench, rounds, say });
  const memoryPeakMiB = memoryPeak(bench.world);
  say(`among many: ${memoryPeakMiB} MiB at most`);
  return { objects: first.objects.length, environments: places.length, alone, among, memoryPeakMiB };
}

async function releaseAll(bench: BenchWorld, places: readonly Place[]): Promise<void> {
  await makeNamespaces(
    bench,
    places.flatMap(({ objects }) => namespacesOf(objects)),
  );
  const manifests = places.map(({ environment, objects }) => inEnvironment(environment, filesOf(objects)));
  const files = Object.assign({}, settingsOf(places), ...manifests) as Readonly<Record<string, string>>;
  const ada = bench.world.forge.as('ada');
  const commit = await ada.pushFiles(shop, { branch: 'main', files, message: `${places.length} environments` });
  for (const { environment } of places) {
    // What the push did not change is released already.
    const isNew = environment !== 'many-1' || places.length === 1;
    if (isNew) await untilReleased(bench.world, environment, commit);
  }
}

async function measurePlans(
  what: string,
  place: Place,
  { bench, rounds, say }: Omit<ManyOptions, 'places'>,
): Promise<readonly number[]> {
  // The first one learns what is known from then on.
  await planChange(`${what}-first`, place, bench);
  const measured: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await untilQuiet();
    const { plan, check } = await planChange(`${what}-${round}`, place, bench);
    say(`one changed object, ${what}: plan ${plan.toFixed(2)} s, check ${check.toFixed(2)} s`);
    measured.push(check);
  }
  return measured;
}

async function planChange(
  branch: string,
  { environment, objects }: Place,
  { world }: BenchWorld,
): Promise<{ readonly plan: number; readonly check: number }> {
  const [one, ...others] = objects;
  if (one === undefined) throw new Error('there is no object');
  const annotations = { ...one.metadata.annotations, 'bench.fairlead.dev/changed': branch };
  const changed = { ...one, metadata: { ...one.metadata, annotations } };
  const { namespace } = one.metadata;
  const beside = others.filter(({ metadata }) => metadata.namespace === namespace);
  const planned = await planOf(world, branch, inEnvironment(environment, filesOf([changed, ...beside])));
  await world.forge.as('ada').close(shop, planned.pull);
  await world.forge.idle();
  return planned;
}
