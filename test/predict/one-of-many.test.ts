import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { openAccess } from '../adapters/kubernetes/open-access.ts';
import { eventually } from '../eventually.ts';
import { codeOf } from '../failure-code.ts';
import { configMap, object, objectIn } from '../objects.ts';
import { allow, changeOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('one-of-many');
});
afterAll(async () => await world?.close());

describe('One object that cannot be predicted', () => {
  it('because a webhook does not answer is unknown, and the others are planned', async () => {
    const stage = await world.namespace('silent');
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    await world.cluster.admin.apply(
      `${path}/silent`,
      object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'silent', {
        webhooks: [
          {
            name: 'silent.example.com',
            clientConfig: { url: 'https://127.0.0.1:9/validate' },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] }],
            matchConditions: [{ name: 'one', expression: "request.name == 'asked'" }],
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            timeoutSeconds: 1,
          },
        ],
      }),
    );
    const hasty = await openAccess(world.cluster, { options: { patience: { totalMs: 200, attemptMs: 20_000 } } });
    const merged = [configMap('asked'), configMap('other')];
    const plan = await eventually(async () => {
      const made = await stage.plan({ merged, through: () => hasty.own });
      return changeOf(made, 'ConfigMap', 'asked').action === 'unknown' && made;
    });
    expect(reasonOf(changeOf(plan, 'ConfigMap', 'asked'))).toEqual({
      code: 'unreadable',
      message:
        'the API server cannot say what it would be: failed calling webhook "silent.example.com". Plan again once it answers',
    });
    expect(changeOf(plan, 'ConfigMap', 'other')).toMatchObject({ action: 'create', certainty: { kind: 'exact' } });
    // A release is tried again as a whole.
    const compared = { released: null, base: 'b'.repeat(40), head: 'c'.repeat(40), pullRequest: null };
    const release = stage.plan({ merged, change: { compared }, through: () => hasty.own });
    expect(await codeOf(release)).toBe('cluster-unreachable');
    await hasty.close();
    await world.cluster.admin.request('DELETE', `${path}/silent`);
  });

  it('because its namespace, its kind or its schema is not there spoils no other', async () => {
    const stage = await world.namespace('spoils');
    const merged: readonly KubernetesObject[] = [
      objectIn('never-made', 'v1', 'ConfigMap', 'homeless'),
      object('nobody.example/v1', 'Nothing', 'nameless'),
      { ...configMap('wrong'), datta: {} },
      configMap('fine'),
    ];
    const plan = await stage.plan({ merged, change: allow(['spoils', 'never-made']) });
    expect(
      plan.plan.changes.map((change) => `${change.identity.name} ${reasonOf(change)?.code ?? change.action}`),
    ).toEqual(['homeless namespace-missing', 'wrong unknown-field', 'nameless kind-missing', 'fine create']);
  });
});
