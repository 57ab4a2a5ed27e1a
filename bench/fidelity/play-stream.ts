import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from '../../src/domain/manifest.ts';
import { compareWords, type ExpectedStep, expectedStreams } from './expected-streams.ts';
import { mendedManifests } from './mend-files.ts';
import { isThere, type Played, playEnvironment } from './play-environment.ts';
import { filesBelow } from './read-case.ts';
import { Stage } from './stage.ts';
import { asOfToday } from './today.ts';
import type { FidelityWorld } from './world.ts';

/** What one version's release over the one before came to. */
export interface StepResult {
  readonly stream: string;
  readonly version: string;
  /** `Job ingress-nginx/ingress-nginx-admission-create: immutable`, before anything was applied. */
  readonly blocked: readonly string[];
  /** What was done once that was mended. */
  readonly done: Readonly<Record<string, number>>;
  readonly exact: { readonly of: number; readonly equal: number };
  readonly estimated: number;
  readonly mismatches: readonly string[];
}

/** The releases of a project, each over the one before, into one environment of its own cluster. */
export async function playStream(
  corpus: string,
  stream: string,
  { world, supply }: FidelityWorld,
): Promise<readonly StepResult[]> {
  const expected = expectedStreams[stream] ?? { namespace: 'default', beside: [], steps: {} };
  const folder = path.join(corpus, stream, 'releases');
  const beside = expected.beside.flatMap(
    (one) => mendedManifests(filesBelow(path.join(corpus, stream, one))).manifests,
  );
  const versions = readdirSync(folder)
    .toSorted(byVersion)
    .map((version) => {
      const { manifests } = mendedManifests(filesBelow(path.join(folder, version)));
      const today = manifests.map((manifest) => ({ ...manifest, object: asOfToday(manifest.object) }));
      return { version, manifests: [...today, ...beside] };
    });
  const all = versions.flatMap(({ manifests }) => manifests.map(({ object }) => object));
  const defined = new Set(all.flatMap(({ kind, spec }) => (kind === 'CustomResourceDefinition' ? [kindOf(spec)] : [])));
  await supply((await world.definitionsFor(all)).filter(({ spec }) => !defined.has(kindOf(spec))));
  const { access, impersonate } = world;
  const namespaces = [
    ...new Set(
      all.flatMap(({ kind, metadata }) => [
        metadata.namespace ?? expected.namespace,
        ...(kind === 'Namespace' ? [metadata.name] : []),
      ]),
    ),
  ];
  const clusterScoped = [...new Set(all.map(({ kind }) => kind))];
  const stage = new Stage({
    access,
    impersonate,
    name: stream,
    namespace: expected.namespace,
    namespaces,
    clusterScoped,
  });
  for (const namespace of namespaces) {
    const isMade = versions[0]?.manifests.some(
      ({ object }) => object.kind === 'Namespace' && object.metadata.name === namespace,
    );
    if (isMade !== true) await world.admin.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  }
  const results: StepResult[] = [];
  let before: readonly Manifest[] = [];
  for (const { version, manifests } of versions) {
    const played = await playEnvironment(stage, { before, after: manifests, asWritten: null }, isThere);
    results.push(stepResult(stream, version, played, expected.steps[version] ?? null));
    if (played.released.length === 0) break;
    before = played.released;
  }
  return results;
}

function kindOf(spec: unknown): string {
  const { group, names } = spec as { readonly group: string; readonly names: { readonly kind: string } };
  return `${names.kind}.${group}`;
}

function byVersion(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

function stepResult(stream: string, version: string, played: Played, expected: ExpectedStep | null): StepResult {
  const exact = played.objects.filter(({ certainty, asShown }) => certainty.kind === 'exact' && asShown !== null);
  const done = Map.groupBy(
    played.happened.filter(({ happened }) => happened !== 'nothing'),
    ({ happened }) => happened,
  );
  const blocked = played.leftOut.map(({ key, code }) => `${key}: ${code}`).toSorted();
  const counts = Object.fromEntries([...done].map(([action, all]) => [action, all.length]));
  const mismatches = [
    ...played.mismatches,
    ...compareWords(played.leftOut),
    ...(expected === null
      ? ['nothing is written down of what this release should come to']
      : compareStep({ blocked, done: counts }, expected)),
  ];
  return {
    stream,
    version,
    blocked,
    done: counts,
    exact: { of: exact.length, equal: exact.filter(({ asShown }) => asShown).length },
    estimated: played.objects.filter(({ certainty }) => certainty.kind !== 'exact').length,
    mismatches,
  };
}

function compareStep(was: ExpectedStep, wanted: ExpectedStep): readonly string[] {
  const [one, other] = [was, wanted].map(({ blocked, done }) =>
    JSON.stringify({
      blocked: blocked.toSorted(),
      done: Object.entries(done).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    }),
  );
  return one === other ? [] : [`it should come to ${other}, and came to ${one}`];
}
