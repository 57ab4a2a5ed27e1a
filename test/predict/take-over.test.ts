import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { configMap, deployment, inNamespace, object, secret } from '../objects.ts';
import { around, causesOf, changeOf, type PredictionWorld, predictionWorld, type Stage } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('take-over');
});
afterAll(async () => await world?.close());

/** As people make objects by kubectl. */
function kubectl(stage: Stage, verb: readonly string[], manifest: KubernetesObject): void {
  const { tools, adminKubeconfig } = world.cluster;
  const args = ['--kubeconfig', adminKubeconfig, '--namespace', stage.name, ...verb, '-f', '-'];
  execFileSync(tools.kubectl, args, { input: JSON.stringify(manifest), stdio: ['pipe', 'ignore', 'inherit'] });
}

/** As a client makes them that names itself: helm, say. */
async function post(stage: Stage, manager: string, collection: string, manifest: KubernetesObject): Promise<void> {
  const there = `${collection.replace('NAMESPACE', stage.name)}?fieldManager=${manager}`;
  const { status, body } = await world.cluster.admin.request('POST', there, inNamespace(stage.name, manifest));
  if (status >= 300) throw new Error(JSON.stringify(body));
}

const deployments = '/apis/apps/v1/namespaces/NAMESPACE/deployments';
const configMaps = '/api/v1/namespaces/NAMESPACE/configmaps';

const wide = (): KubernetesObject => {
  const { metadata, ...rest } = deployment('web', { env: { A: '1', B: '2' } });
  return { ...rest, metadata: { ...metadata, labels: { old: 'yes' } } };
};

describe('What earlier managers set and Git leaves out', () => {
  it.each([
    ['kubectl apply', 'kubectl-client-side-apply', (stage: Stage) => kubectl(stage, ['apply'], wide())],
    ['kubectl create', 'kubectl-create', (stage: Stage) => kubectl(stage, ['create'], wide())],
    [
      'kubectl replace',
      'kubectl-replace',
      (stage: Stage) => {
        kubectl(stage, ['create'], deployment('web', { env: { A: '0', B: '0' } }));
        kubectl(stage, ['replace'], wide());
      },
    ],
    ['helm', 'helm', (stage: Stage) => post(stage, 'helm', deployments, wide())],
  ])('goes with the takeover: %s', async (name, manager, make) => {
    const stage = await world.namespace(`made-${name.replace(' ', '-')}`);
    await Promise.resolve(make(stage));
    const plan = await stage.plan({ base: [], merged: [deployment('web', { image: 'web:2' })] });
    const change = changeOf(plan, 'Deployment', 'web');
    expect(change).toMatchObject({ action: 'update', adopted: true, certainty: { kind: 'exact' } });
    expect(change.predecessors).toContain(manager);
    expect(causesOf(change)).toEqual({
      'metadata.labels.old': 'pull-request',
      'spec.template.spec.containers[name=web].image': 'pull-request',
      'spec.template.spec.containers[name=web].env[name=B].value': 'pull-request',
    });
  });

  it('goes by the pull request that drops it, and by no other', async () => {
    const stage = await world.namespace('whose');
    kubectl(stage, ['apply'], deployment('web', { env: { A: '1', B: '2', C: '3' } }));
    const released = [deployment('web', { env: { A: '1', B: '2', C: '3' } })];
    const ledger = await stage.release(...released);
    const base = [deployment('web', { env: { A: '1', B: '2' } })];
    const change = changeOf(
      await stage.plan({ ledger, released, base, merged: [deployment('web')] }),
      'Deployment',
      'web',
    );
    expect(causesOf(change)).toEqual({
      'spec.template.spec.containers[name=web].env[name=B].value': 'pull-request',
      'spec.template.spec.containers[name=web].env[name=C].value': 'unreleased',
    });
  });

  it('is no claim where Git sets it otherwise', async () => {
    const stage = await world.namespace('no-claim');
    kubectl(stage, ['apply'], deployment('web'));
    await stage.edit(
      deployments.replace('NAMESPACE', stage.name).concat('/web'),
      { spec: { paused: true } },
      'someone',
    );
    const merged = [deployment('web', { replicas: 5 })];
    const environment = { conflicts: 'block' } as const;
    const change = changeOf(await stage.plan({ base: [], merged, environment }), 'Deployment', 'web');
    expect(change).toMatchObject({ action: 'update', paths: [{ path: 'spec.replicas', after: 5 }] });
  });

  it('stays where another manager set it too, or the settings ignore it', async () => {
    const stage = await world.namespace('stays');
    await post(stage, 'helm', configMaps, configMap('settings', { a: '1', shared: '1', hidden: '1', gone: '1' }));
    const there = `${configMaps.replace('NAMESPACE', stage.name)}/settings`;
    await world.cluster.admin.apply(there, inNamespace(stage.name, configMap('settings', { shared: '1' })));
    const rule = { kind: 'ConfigMap', name: null, path: '/data/hidden', manager: null, line: 3 };
    const merged = [configMap('settings', { a: '1' })];
    const plan = await stage.plan({ base: [], merged, environment: { ignore: [rule] } });
    expect(causesOf(changeOf(plan, 'ConfigMap', 'settings'))).toEqual({ 'data.gone': 'pull-request' });
  });

  it('stays with who is no predecessor, unless the settings adopt them', async () => {
    const stage = await world.namespace('adopt');
    await post(stage, 'Terraform', configMaps, configMap('settings', { a: '1', b: '2' }));
    const merged = [configMap('settings', { a: '1' })];
    const plain = changeOf(await stage.plan({ base: [], merged }), 'ConfigMap', 'settings');
    expect(plain).toMatchObject({ action: 'unchanged', adopted: true, fromPullRequest: true });
    const environment = { adopt: ['Terraform'] };
    const change = changeOf(await stage.plan({ base: [], merged, environment }), 'ConfigMap', 'settings');
    expect(change).toMatchObject({ action: 'update', predecessors: ['Terraform'] });
    expect(causesOf(change)).toEqual({ 'data.b': 'pull-request' });
  });

  it('of a Secret outside the ledger is not looked at', async () => {
    const stage = await world.namespace('unseen');
    kubectl(stage, ['create'], secret('db', { a: '1', b: '2' }));
    const plan = await stage.plan({
      base: [],
      merged: [secret('db', { a: '1' })],
      environment: { conflicts: 'take' },
    });
    const change = changeOf(plan, 'Secret', 'db');
    expect(change).toMatchObject({ action: 'update', certainty: { kind: 'estimated' }, paths: [], diff: '' });
    expect(change.predecessors).toBeUndefined();
  });

  it('is not told from what a controller writes between the reading and the question: it is asked again', async () => {
    const stage = await world.namespace('meanwhile');
    kubectl(stage, ['apply'], deployment('web', { env: { A: '1', B: '2' } }));
    const there = `${deployments.replace('NAMESPACE', stage.name)}/web`;
    let writes = 0;
    const busy = (cluster: Cluster): Cluster =>
      around(cluster, {
        patch: async (request, signal) => {
          writes += 1;
          if (writes === 1) await stage.edit(there, { metadata: { annotations: { 'by/controller': '1' } } }, 'ctl');
          return await cluster.patch(request, signal);
        },
      });
    const plan = await stage.plan({ base: [], merged: [deployment('web')], through: busy });
    expect(causesOf(changeOf(plan, 'Deployment', 'web'))).toEqual({
      'spec.template.spec.containers[name=web].env[name=B].value': 'pull-request',
    });
    expect(writes).toBe(2);
  });
});

describe('Removing', () => {
  const service = (ports: readonly Json[], more = {}) =>
    object('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports, ...more } });

  it('never takes the key of a list item that stays', async () => {
    const stage = await world.namespace('key-field');
    kubectl(stage, ['create'], service([{ port: 80, protocol: 'TCP', targetPort: 8080, name: 'http' }]));
    const plan = await stage.plan({ base: [], merged: [service([{ port: 80, targetPort: 8080 }])] });
    const change = changeOf(plan, 'Service', 'web');
    expect(change).toMatchObject({ action: 'update', certainty: { kind: 'exact' } });
    expect(causesOf(change)).toEqual({ 'spec.ports[port=80].name': 'pull-request' });
  });

  it('takes a map that it empties', async () => {
    const stage = await world.namespace('emptied');
    const manifest = configMap('settings', { a: '1' });
    const annotated = { ...manifest, metadata: { name: 'settings', annotations: { 'example.com/team': 'a' } } };
    kubectl(stage, ['apply'], annotated);
    const change = changeOf(await stage.plan({ base: [], merged: [manifest] }), 'ConfigMap', 'settings');
    expect(causesOf(change)).toEqual({ 'metadata.annotations["example.com/team"]': 'pull-request' });
  });

  it('is an estimate where Git says that what it empties be there', async () => {
    const stage = await world.namespace('explicit');
    const running = (securityContext: Json) => deployment('web', { extra: { securityContext } });
    kubectl(stage, ['apply'], running({ runAsUser: 1 }));
    const change = changeOf(await stage.plan({ base: [], merged: [running({})] }), 'Deployment', 'web');
    expect(change).toMatchObject({
      action: 'update',
      certainty: { kind: 'estimated', why: 'what was in securityContext goes, and Git sets it to nothing' },
    });
  });
});

describe('What excludes what was there before', () => {
  const web = (strategy: Json, volume: Json) => {
    const { spec, ...rest } = deployment('web');
    const { template, ...others } = spec as {
      readonly template: { readonly metadata: Json; readonly spec: JsonObject };
    };
    const volumes = [{ name: 'data', ...(volume as JsonObject) }];
    return { ...rest, spec: { ...others, strategy, template: { ...template, spec: { ...template.spec, volumes } } } };
  };
  const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2 } };

  it.each([
    ['a volume', web(rolling, { emptyDir: { sizeLimit: '1Gi' } }), web(rolling, { hostPath: { path: '/data' } })],
    ['a strategy', web(rolling, { emptyDir: {} }), web({ type: 'Recreate' }, { emptyDir: {} })],
  ])('is an estimate, and no refusal: %s', async (name, before, after) => {
    const stage = await world.namespace(name.replace(' ', '-'));
    kubectl(stage, ['apply'], before);
    const change = changeOf(await stage.plan({ base: [], merged: [after] }), 'Deployment', 'web');
    expect(change).toMatchObject({ action: 'update', certainty: { kind: 'estimated' } });
    expect(Object.values(causesOf(change))).toContain('pull-request');
  });
});
