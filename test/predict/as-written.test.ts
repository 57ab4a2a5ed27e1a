import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { deployment, object, secret } from '../objects.ts';
import { changeOf, type PredictionWorld, predictionWorld } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('as-written');
});
afterAll(async () => await world?.close());

describe('A new object', () => {
  it('is shown as Git writes it, and the fields that the cluster sets are counted', async () => {
    const stage = await world.namespace('written');
    const plan = await stage.plan({
      merged: [deployment('web', { env: { A: '1' } }), secret('s', { key: 'hunter22' })],
    });
    expect(changeOf(plan, 'Deployment', 'web').diff.split('\n')).toEqual([
      '+apiVersion: apps/v1',
      '+kind: Deployment',
      '+metadata:',
      '+  name: web',
      '+  namespace: written',
      '+spec:',
      '+  replicas: 3',
      '+  selector:',
      '+    matchLabels:',
      '+      app: web',
      '+  template:',
      '+    metadata:',
      '+      labels:',
      '+        app: web',
      '+    spec:',
      '+      containers:',
      '+      - name: web',
      '+        env:',
      '+        - name: A',
      "+          value: '1'",
      '+        image: web:1',
      expect.stringMatching(/^\+# and \d+ fields that the cluster sets$/),
    ]);
    const hidden = changeOf(plan, 'Secret', 's').diff;
    expect(hidden).toContain('+  key: •••••\n');
    expect(hidden).toContain('+# and 1 field that the cluster sets');
  });

  it('shows a value that admission makes another one', async () => {
    const stage = await world.namespace('mutated');
    const path = '/apis/admissionregistration.k8s.io/v1';
    const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }];
    const policy = object('admissionregistration.k8s.io/v1', 'MutatingAdmissionPolicy', 'shout', {
      spec: {
        matchConstraints: { resourceRules: rules },
        failurePolicy: 'Fail',
        reinvocationPolicy: 'Never',
        mutations: [
          {
            patchType: 'ApplyConfiguration',
            applyConfiguration: { expression: 'Object{data: {"a": "LOUD", "added": "x"}}' },
          },
        ],
      },
    });
    const binding = object('admissionregistration.k8s.io/v1', 'MutatingAdmissionPolicyBinding', 'shout', {
      spec: { policyName: 'shout', matchResources: { namespaceSelector: { matchLabels: { shout: 'yes' } } } },
    });
    await stage.edit('/api/v1/namespaces/mutated', { metadata: { labels: { shout: 'yes' } } });
    for (const [kind, body] of [
      ['mutatingadmissionpolicies', policy],
      ['mutatingadmissionpolicybindings', binding],
    ] as const) {
      const answer = await world.cluster.admin.request('POST', `${path}/${kind}`, body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    }
    const map = object('v1', 'ConfigMap', 'c', { data: { a: 'quiet' } });
    const { diff } = await eventually(async () => {
      const change = changeOf(await stage.plan({ merged: [map] }), 'ConfigMap', 'c');
      return change.diff.includes('LOUD') && change;
    });
    expect(diff).toContain('+  a: LOUD');
    expect(diff).not.toContain('added');
    expect(diff).toContain('+# and 1 field that the cluster sets');
  });
});
