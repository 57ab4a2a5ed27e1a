import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../../src/domain/manifest.ts';
import { foreignFields } from '../../../../src/plan/fields/others/foreign.ts';
import { pathText } from '../../../../src/plan/fields/path.ts';

const identity = { group: '', kind: 'Any', namespace: 'shop', name: 'one' };

interface Held {
  readonly kind?: string;
  readonly metadata?: JsonObject;
  readonly spec?: JsonObject;
  readonly more?: JsonObject;
  readonly entries: readonly JsonObject[];
}

function object({ kind = 'Any', metadata = {}, spec = {}, more = {}, entries }: Held): KubernetesObject {
  const managedFields = entries.map((entry): Json => ({ operation: 'Update', time: '2026-11-20T10:00:00Z', ...entry }));
  return { apiVersion: 'v1', kind, metadata: { name: 'one', ...metadata, managedFields }, spec, ...more };
}

function found(
  live: Held,
  git: JsonObject = {},
): { readonly told: readonly string[]; readonly hidden: readonly string[] } {
  const manifest: KubernetesObject = { apiVersion: 'v1', kind: 'Any', metadata: { name: 'one' }, ...git };
  const manifests = { written: manifest, applied: manifest };
  const { fields, hidden } = foreignFields(object(live), manifests, identity, []);
  return {
    told: fields.map(({ path, manager }) => `${manager.name}: ${pathText(path)}`),
    hidden: hidden.map(({ rule, count = 1 }) => `${rule}: ${count}`),
  };
}

describe('A foreign field', () => {
  it('is one for an item, a probe or a selector that Git does not have, and one for each label', () => {
    const spec = {
      nodeSelector: { disk: 'ssd', zone: 'a' },
      containers: [{ name: 'web' }, { name: 'side', image: 'x' }],
    };
    const fieldsV1 = {
      'f:metadata': { 'f:labels': { '.': {}, 'f:a': {}, 'f:b': {} } },
      'f:spec': {
        'f:nodeSelector': { '.': {}, 'f:disk': {}, 'f:zone': {} },
        'f:containers': { 'k:{"name":"side"}': { '.': {}, 'f:name': {}, 'f:image': {} } },
      },
    };
    const entries = [{ manager: 'kubectl-edit', fieldsV1 }];
    const live = { metadata: { labels: { a: '1', b: '2' } }, spec, entries };
    expect(found(live, { spec: { containers: [{ name: 'web' }] } }).told).toEqual([
      'kubectl-edit: metadata.labels.a',
      'kubectl-edit: metadata.labels.b',
      'kubectl-edit: spec.nodeSelector',
      'kubectl-edit: spec.containers[name=side]',
    ]);
  });

  it('is none where Git mentions it, with another value or with the keys of its item left to defaults', () => {
    const spec = { replicas: 6, ports: [{ port: 80, protocol: 'TCP', targetPort: 9 }] };
    const item = { '.': {}, 'f:port': {}, 'f:targetPort': {} };
    const fieldsV1 = { 'f:spec': { 'f:replicas': {}, 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': item } } };
    const git = { spec: { replicas: 3, ports: [{ port: 80, targetPort: 8 }] } };
    expect(found({ spec, entries: [{ manager: 'm', fieldsV1 }] }, git)).toEqual({ told: [], hidden: [] });
  });

  it('is named with the last who set it', () => {
    const fieldsV1 = { 'f:spec': { 'f:a': {} } };
    const entries = [
      { manager: 'earlier', fieldsV1, time: '2026-11-20T10:00:00Z' },
      { manager: 'later', fieldsV1, time: '2026-11-20T11:00:00Z' },
    ];
    expect(found({ spec: { a: 1 }, entries }).told).toEqual(['later: spec.a']);
  });

  it('is neither what Fairlead applied, nor a status, nor what the API server keeps, nor a field that is gone', () => {
    const fieldsV1 = { 'f:spec': { 'f:a': {} } };
    const entries = [
      { manager: 'fairlead', operation: 'Apply', fieldsV1 },
      { manager: 'm', subresource: 'status', fieldsV1 },
      { manager: 'm', fieldsV1: { 'f:status': { 'f:phase': {} }, 'f:spec': { 'f:gone': {} } } },
      { manager: 'm', fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${lastApplied}`]: {} } } } },
    ];
    const metadata = { annotations: { [lastApplied]: '{}' } };
    expect(found({ spec: { a: 1 }, metadata, more: { status: { phase: 'x' } }, entries })).toEqual({
      told: [],
      hidden: [],
    });
  });
});

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

describe('A built-in rule hides, and counts', () => {
  const annotation = (name: string) => ({
    metadata: { annotations: { [name]: 'x' } },
    fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${name}`]: {} } } },
  });
  const inSpec = (spec: JsonObject, fields: JsonObject) => ({ spec, fieldsV1: { 'f:spec': fields } });
  type Case = readonly [string, string, Omit<Held, 'entries'> & { readonly fieldsV1: JsonObject }, JsonObject?];
  const cases: readonly Case[] = [
    ['the control plane', 'Any', inSpec({ a: 1 }, { 'f:a': {} }), { manager: 'kube-controller-manager' }],
    ['admission, as Fairlead applied', 'Any', inSpec({ a: 1 }, { 'f:a': {} }), { manager: 'fairlead' }],
    ['written through /scale', 'Any', inSpec({ replicas: 1 }, { 'f:replicas': {} }), { subresource: 'scale' }],
    ['revisions of rollouts', 'Deployment', annotation('deployment.kubernetes.io/revision')],
    ['bindings of volumes', 'PersistentVolumeClaim', annotation('pv.kubernetes.io/bind-completed')],
    ['bindings of volumes', 'PersistentVolumeClaim', inSpec({ volumeName: 'pv' }, { 'f:volumeName': {} })],
    ['addresses and ports of Services', 'Service', inSpec({ clusterIP: '10.0.0.1' }, { 'f:clusterIP': {} })],
    ['leader election', 'ConfigMap', annotation('control-plane.alpha.kubernetes.io/leader')],
    ['network endpoint groups', 'Service', annotation('cloud.google.com/neg-status')],
    [
      'finalizers and owners',
      'Any',
      { metadata: { finalizers: ['x'] }, fieldsV1: { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"x"': {} } } } },
    ],
    [
      'restarts that somebody asked for',
      'Deployment',
      inSpec(
        { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } },
        { 'f:template': { 'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/restartedAt': {} } } } },
      ),
    ],
    [
      'injected CA bundles',
      'CustomResourceDefinition',
      inSpec(
        { conversion: { webhook: { clientConfig: { caBundle: 'x' } } } },
        { 'f:conversion': { 'f:webhook': { 'f:clientConfig': { 'f:caBundle': {} } } } },
      ),
    ],
    ['what every Namespace has', 'Namespace', inSpec({ finalizers: ['kubernetes'] }, { 'f:finalizers': {} })],
  ];
  const all = cases.map(([rule, kind, { fieldsV1, ...live }, writer = {}]) => ({ rule, kind, live, fieldsV1, writer }));
  it.each(all)('$rule ($kind)', ({ rule, kind, live, fieldsV1, writer }) => {
    const entries = [{ manager: 'somebody', fieldsV1, ...writer }];
    expect(found({ ...live, kind, entries })).toEqual({ told: [], hidden: [`built-in: ${rule}: 1`] });
  });

  it('but not the same field of another kind', () => {
    const entries = [{ manager: 'somebody', fieldsV1: { 'f:spec': { 'f:clusterIP': {} } } }];
    expect(found({ kind: 'Ingress', spec: { clusterIP: 'x' }, entries }).told).toEqual(['somebody: spec.clusterIP']);
  });

  it('and items of webhooks by their own keys', () => {
    const webhooks = [{ name: 'a', clientConfig: { caBundle: 'x' } }];
    const fieldsV1 = { 'f:webhooks': { 'k:{"name":"a"}': { 'f:clientConfig': { 'f:caBundle': {} } } } };
    const entries = [{ manager: 'cainjector', fieldsV1 }];
    const git = { webhooks: [{ name: 'a', clientConfig: {} }] };
    expect(found({ kind: 'ValidatingWebhookConfiguration', more: { webhooks }, entries }, git)).toEqual({
      told: [],
      hidden: ['built-in: injected CA bundles: 1'],
    });
  });
});
