import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import type { Certainty } from '../../src/domain/prediction.ts';
import { eventually } from '../eventually.ts';
import { configMap, deployment, object } from '../objects.ts';
import { allow, around, changeOf, type PredictionWorld, predictionWorld, reasonOf, type StagePlan } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('readers');
});
afterAll(async () => await world?.close());

const registration = '/apis/admissionregistration.k8s.io/v1';
const rule = (...resources: readonly string[]) => ({
  apiGroups: ['*'],
  apiVersions: ['*'],
  operations: ['CREATE', 'UPDATE'],
  resources,
});

async function make(path: string, body: JsonObject): Promise<void> {
  const answer = await world.cluster.admin.request('POST', path, body);
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
}

/** A policy that refuses ConfigMaps with `data.a: '2'` in this namespace, where `more` says so. */
async function policy(namespace: string, labels: JsonObject, expression = "object.data.a != '2'"): Promise<void> {
  await make(`${registration}/validatingadmissionpolicies`, {
    metadata: { name: namespace },
    spec: {
      matchConstraints: { resourceRules: [rule('configmaps')] },
      validations: [{ expression, message: 'no two' }],
    },
  });
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace, ...labels } };
  await make(`${registration}/validatingadmissionpolicybindings`, {
    metadata: { name: namespace },
    spec: { policyName: namespace, validationActions: ['Deny'], matchResources: { namespaceSelector } },
  });
}

/** Everything in a namespace changes together with it; how certain is each, by its kind. */
async function relabelled(name: string, before: JsonObject, after: JsonObject, change: Partial<StagePlan> = {}) {
  const stage = await world.namespace(name);
  await make(`/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
  const manifests = (labels: JsonObject, a: string): readonly KubernetesObject[] => [
    { ...object('v1', 'Namespace', name), metadata: { name, ...labels } },
    configMap('config', { a }),
    deployment('web', { image: `web:${a}` }),
    object('v1', 'Pod', 'pod', { spec: { containers: [{ name: 'c', image: `c:${a}` }] } }),
  ];
  const released = manifests(before, '1');
  const ledger = await stage.release(...released);
  const merged = manifests(after, '2');
  const plan = () => stage.plan({ ledger, released, merged, change: allow([name], ['Namespace']), ...change });
  const told = async (kind: string, named: string) => {
    const { certainty } = changeOf(await plan(), kind, named);
    return certainty.kind === 'exact' ? 'exact' : because(certainty);
  };
  return { stage, plan, merged, told };
}

const beginning = / is changed by the same plan, and /;
function because(certainty: Exclude<Certainty, { readonly kind: 'exact' }>): string {
  return certainty.why.split(beginning)[1] ?? certainty.why;
}

const version = (one: string) => ({ labels: { 'app.kubernetes.io/version': one } });

describe('What is in a Namespace whose labels change', () => {
  it('is predicted exactly where nothing on the cluster reads them; a Pod, of which more is decided, is not', async () => {
    const { told } = await relabelled('plain', version('1'), version('2'));
    expect(await told('ConfigMap', 'config')).toBe('exact');
    expect(await told('Deployment', 'web')).toBe('exact');
    expect(await told('Pod', 'pod')).toBe('admission of pods may decide by it');
  });

  it('is an estimate where a policy selects by them: and the API server does decide otherwise then', async () => {
    const { stage, told, merged } = await relabelled('selected', version('1'), { labels: { tier: 'gold' } });
    await policy('selected', { tier: 'gold' });
    expect(await told('ConfigMap', 'config')).toBe('ValidatingAdmissionPolicy "selected" may decide by it');
    expect(await told('Deployment', 'web')).toBe('exact');
    const [namespace, config] = merged;
    if (namespace === undefined || config === undefined) throw new Error('there are both');
    const labelled = await stage.release(namespace);
    await eventually(async () => {
      const plan = await stage.plan({ ledger: labelled, released: [namespace], merged: [namespace, config] });
      return reasonOf(changeOf(plan, 'ConfigMap', 'config'))?.message.includes('no two');
    });
  });

  it('is not where a policy selects it before and after, unless the policy looks at the namespace itself', async () => {
    await policy('asked', {}, 'object.data.a != "3"');
    await policy('looked-at', {}, '!has(namespaceObject.metadata.annotations)');
    const asked = await relabelled('asked', version('1'), version('2'));
    expect(await asked.told('ConfigMap', 'config')).toBe('exact');
    const note = { annotations: { note: 'new' } };
    const looked = await relabelled('looked-at', version('1'), { ...version('1'), ...note });
    expect(await looked.told('ConfigMap', 'config')).toBe('ValidatingAdmissionPolicy "looked-at" may decide by it');
    expect(await looked.told('Deployment', 'web')).toBe('exact');
  });

  it('is an estimate where a webhook is asked about it, which may look at the namespace', async () => {
    await make(`${registration}/mutatingwebhookconfigurations`, {
      metadata: { name: 'injector' },
      webhooks: [
        {
          name: 'injector.example.com',
          clientConfig: { url: 'https://127.0.0.1:1/' },
          rules: [rule('deployments')],
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['injected'] }],
          },
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          failurePolicy: 'Ignore',
          timeoutSeconds: 1,
        },
      ],
    });
    const { told } = await relabelled('injected', version('1'), version('2'));
    expect(await told('Deployment', 'web')).toBe('MutatingWebhookConfiguration "injector" may decide by it');
    expect(await told('ConfigMap', 'config')).toBe('exact');
    const elsewhere = await relabelled('not-injected', version('1'), version('2'));
    expect(await elsewhere.told('Deployment', 'web')).toBe('exact');
  });

  it('is an estimate where it makes pods and the Pod Security level changes', async () => {
    const level = { labels: { 'pod-security.kubernetes.io/warn': 'restricted' } };
    const { told } = await relabelled('secured', {}, level);
    expect(await told('Deployment', 'web')).toBe('its Pod Security level with it');
    expect(await told('ConfigMap', 'config')).toBe('exact');
  });

  it('is an estimate throughout where nobody may read what selects by them', async () => {
    const own = around(world.access.own, { admission: () => Promise.resolve(null) });
    const { told } = await relabelled('unread', version('1'), version('2'), { own });
    for (const [kind, name] of [
      ['ConfigMap', 'config'],
      ['Deployment', 'web'],
    ] as const) {
      expect(await told(kind, name)).toBe('what selects by its labels may not be read');
    }
  });
});
