import type { ApiClient } from '../../sandbox/cluster/api-client.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { OpenClusterAccess } from '../../src/adapters/kubernetes/open-cluster-access.ts';
import type { KubernetesObject, Manifest } from '../../src/domain/manifest.ts';
import { mendedManifests } from './mend-files.ts';
import { type OwnNames, ownNames } from './own-names.ts';
import { type MakeBefore, type Play, type Played, playEnvironment } from './play-environment.ts';
import type { Case, CaseEnvironment } from './read-case.ts';
import { Stage } from './stage.ts';
import { asOfToday } from './today.ts';

export interface World {
  readonly access: OpenClusterAccess;
  readonly admin: ApiClient;
  readonly impersonate: string;
}

export interface PlayedEnvironment extends Played {
  readonly path: string;
  /** Why its files are not rendered as they are; empty: they are. */
  readonly refusals: readonly string[];
  readonly names: OwnNames;
}

export interface PlayedCase {
  readonly played: Case;
  readonly environments: readonly PlayedEnvironment[];
}

/** Every environment of a pull request, one after another. */
export async function playCase(played: Case, world: World, makeBefore: MakeBefore): Promise<PlayedCase> {
  const environments: PlayedEnvironment[] = [];
  for (const [index, environment] of played.environments.entries()) {
    environments.push(await playOne(`${shortName(played.name)}x${index + 1}`, environment, world, makeBefore));
  }
  return { played, environments };
}

/** `moj-prs-2019-2022/pr-529` → `m529` */
function shortName(name: string): string {
  return `${name[0]}${name.slice(name.lastIndexOf('-') + 1)}`;
}

async function playOne(
  name: string,
  { path, namespace, ...files }: CaseEnvironment,
  world: World,
  makeBefore: MakeBefore,
): Promise<PlayedEnvironment> {
  const before = mendedManifests(files.before);
  const after = mendedManifests(files.after);
  const { access, admin, impersonate } = world;
  const all = [...before.manifests, ...after.manifests].map(({ object }) => asOfToday(object));
  const outside: KubernetesObject[] = [];
  const kindsOutside = new Set<string>();
  const signal = AbortSignal.timeout(30_000);
  for (const object of all) {
    const served = await access.own.served(object.apiVersion, object.kind, signal);
    if (served?.namespaced !== false) continue;
    outside.push(object);
    kindsOutside.add(object.kind);
  }
  const names = ownNames(`${name}-`, outside);
  const stays = staying(names.namespace('stays'));
  const here = (manifest: Manifest): Manifest => ({ ...manifest, object: names.renamed(manifest.object) });
  const today = (manifest: Manifest): Manifest => here({ ...manifest, object: asOfToday(manifest.object) });
  const isOld = after.manifests.some(({ object }) => asOfToday(object) !== object);
  const play: Play = {
    before: [...before.manifests.map(today), stays],
    after: [...after.manifests.map(today), stays],
    asWritten: isOld ? [...after.manifests.map(here), stays] : null,
  };
  const needed = (manifests: readonly Manifest[]) =>
    new Set(
      manifests.flatMap(({ object: { kind, metadata } }) =>
        kindsOutside.has(kind) ? [] : (metadata.namespace ?? names.namespace(namespace)),
      ),
    );
  const made = (manifests: readonly Manifest[]) =>
    new Set(manifests.flatMap(({ object }) => (object.kind === 'Namespace' ? [object.metadata.name] : [])));
  const namespaces = needed([...play.before, ...play.after]).union(made([...play.before, ...play.after]));
  // A namespace whose file the pull request does not touch is there already.
  const there = needed(play.before)
    .difference(made(play.before))
    .union(needed(play.after).difference(made([...play.before, ...play.after])));
  await Promise.all([...there].map((one) => makeNamespace(admin, one)));
  const stage = new Stage({
    access,
    impersonate,
    name,
    namespace: names.namespace(namespace),
    namespaces: [...namespaces],
    clusterScoped: [...new Set(all.map(({ kind }) => kind))],
  });
  try {
    const played = await playEnvironment(stage, play, makeBefore);
    return { ...played, path, names, refusals: [...new Set([...before.refusals, ...after.refusals])] };
  } finally {
    await cleanUp(stage, world, [...namespaces]);
  }
}

/** What the files that the pull request leaves alone hold: something. Without it the whole directory would be deleted. */
function staying(namespace: string): Manifest {
  return { object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stays', namespace } }, origin: null };
}

async function makeNamespace(admin: ApiClient, name: string): Promise<void> {
  await admin.request('POST', '/api/v1/namespaces', { metadata: { name } });
}

/** Asks for the end of all that was made, and waits only for what others may want to make under the same name. */
async function cleanUp(stage: Stage, { access, admin }: World, namespaces: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  const ledger = await stage.ledger();
  const outside = (ledger?.inventory ?? []).filter((entry) => entry.namespace === null && entry.kind !== 'Namespace');
  for (const { uid, ...reference } of outside) {
    if (uid === null) continue;
    await access.own.remove({ reference, uid, dryRun: false }, signal);
    if (reference.kind !== 'CustomResourceDefinition') continue;
    while ((await access.own.read(reference, signal)).kind === 'present') await systemClock.sleep(100, signal);
  }
  await Promise.all(namespaces.map((name) => admin.request('DELETE', `/api/v1/namespaces/${name}`)));
}

/** Whether any version of a case defines kinds: such a case has the cluster to itself. */
export function definesKinds({ environments }: Case): boolean {
  return environments.some(({ before, after }) =>
    [...mendedManifests(before).manifests, ...mendedManifests(after).manifests].some(
      ({ object }) => object.kind === 'CustomResourceDefinition',
    ),
  );
}
