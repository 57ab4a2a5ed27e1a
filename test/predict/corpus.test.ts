import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, sameJson } from '../../src/domain/json.ts';
import { identityKey, type KubernetesObject, referenceOf } from '../../src/domain/manifest.ts';
import type { Change } from '../../src/domain/plan.ts';
import { valueAt } from '../../src/plan/fields/path.ts';
import { readManifests } from '../../src/plan/manifests/read-manifests.ts';
import { patient } from '../adapters/kubernetes/open-access.ts';
import { corpus } from '../corpus.ts';
import { configMap } from '../objects.ts';
import { allow, type PredictionWorld, predictionWorld, type Stage } from './world.ts';

/** Pull requests that people really merged (the corpus): before and after of every file that they touched. */

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('corpus');
});
afterAll(async () => await world?.close());

describe('Real pull requests', () => {
  it.each([
    ['moj-prs-2019-2022', 60],
    ['oss-test-infra-prs', 28],
  ])(
    'do what was predicted, and nothing else: %s',
    async (set, atLeast) => {
      const root = path.join(corpus, set);
      if (!existsSync(root)) return console.warn(`SKIPPED: ${root} is not there (set CORPUS)`);
      let planned = 0;
      const surprises: string[] = [];
      for (const name of readdirSync(root).filter((folder) => folder.startsWith('pr-'))) {
        const [before, after] = ['before', 'after'].map((half) => manifestsBelow(path.join(root, name, half)));
        if (before === null || before === undefined || after === null || after === undefined) continue;
        const stage = await world.namespace(`${set.slice(0, 3)}-${name}`);
        await world.cluster.admin.request('POST', `/api/v1/namespaces/${stage.name}/serviceaccounts`, {
          metadata: { name: 'default' },
        });
        surprises.push(...(await surprisesOf(stage, await settled(before, stage), await settled(after, stage))));
        planned += 1;
      }
      expect(surprises).toEqual([]);
      expect(planned).toBeGreaterThanOrEqual(atLeast);
    },
    180_000,
  );
});

async function surprisesOf(
  stage: Stage,
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): Promise<readonly string[]> {
  const all = [...before, ...after];
  const namespaces = all.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const change = allow([stage.name, ...namespaces], [...new Set(all.map(({ kind }) => kind))]);
  const applied = await applicable(stage, before);
  const ledger = await stage.release(...applied);
  const plan = await stage.plan({ ledger, released: applied, merged: after, change });
  const said = new Map(plan.plan.changes.map((one) => [identityKey(one.identity), one]));
  const [old, now] = [byIdentity(applied), byIdentity(after)];
  const surprises = [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const expected = was === undefined ? 'create' : is === undefined ? 'delete' : sameJson(was, is) ? null : 'update';
    return isSurprise(said.get(key), expected)
      ? [`${stage.name} ${key}: ${said.get(key)?.action}, not ${expected}`]
      : [];
  });

  // What the server accepts is released; then nothing is left to do.
  const released = await applicable(stage, after);
  const wholeLedger = await stage.release(...released);
  const again = await stage.plan({ ledger: wholeLedger, released, merged: released, change });
  const left = again.plan.changes.map(
    ({ identity, action }) => `${stage.name} ${identityKey(identity)}: ${action} again`,
  );
  return [...surprises, ...left];
}

// What the API server refuses, and what another case's cluster-scoped object of the same name makes of it, is not
// what the case is about.
function isSurprise(change: Change | undefined, expected: Change['action'] | null): boolean {
  if (change === undefined) return expected !== null;
  if (change.action === 'blocked' || change.adopted) return false;
  const others = change.paths.some(({ causes }) => causes.join() !== 'pull-request');
  return change.action !== expected || !change.fromPullRequest || others;
}

// Kinds that a cluster of today serves, in the one namespace of the case, and something that stays.
async function settled(manifests: readonly KubernetesObject[], stage: Stage): Promise<readonly KubernetesObject[]> {
  const found = new Map<string, KubernetesObject>();
  for (const manifest of [...manifests.map(modern), configMap('stays', {})]) {
    const served = await world.access.own.served(manifest.apiVersion, manifest.kind, patient);
    if (served === null) continue;
    const { namespace: _namespace, ...metadata } = manifest.metadata;
    const object = { ...manifest, metadata: served.namespaced ? { ...metadata, namespace: stage.name } : metadata };
    found.set(identityKey(referenceOf(object)), object);
  }
  return [...found.values()];
}

const today: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  CronJob: 'batch/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
};

function modern(manifest: KubernetesObject): KubernetesObject {
  const apiVersion = today[manifest.kind] ?? manifest.apiVersion;
  const spec = manifest['spec'];
  if (manifest.kind !== 'Deployment' || !isJsonObject(spec) || spec['selector'] !== undefined)
    return { ...manifest, apiVersion };
  const labels = valueAt(spec, ['template', 'metadata', 'labels']);
  return { ...manifest, apiVersion, spec: { ...spec, selector: { matchLabels: labels } } };
}

async function applicable(stage: Stage, objects: readonly KubernetesObject[]): Promise<readonly KubernetesObject[]> {
  const accepted: KubernetesObject[] = [];
  for (const object of objects) {
    const outcome = await world.access.own.apply({ object, dryRun: true, force: true, uid: null }, patient);
    if (outcome.kind === 'accepted') accepted.push(object);
  }
  expect(accepted.length, stage.name).toBeGreaterThan(0);
  return accepted;
}

function byIdentity(objects: readonly KubernetesObject[]): ReadonlyMap<string, KubernetesObject> {
  return new Map(objects.map((object) => [identityKey(referenceOf(object)), object]));
}

function manifestsBelow(folder: string): readonly KubernetesObject[] | null {
  const reading = readManifests(filesBelow(folder));
  return reading.kind === 'read' ? reading.manifests.map(({ object }) => object) : null;
}

function filesBelow(folder: string): readonly { readonly path: string; readonly content: Uint8Array }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ path: file, content: readFileSync(file) }));
}
