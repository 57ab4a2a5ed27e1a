import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { eventually } from '../eventually.ts';
import { configMap, inNamespace, object } from '../objects.ts';
import { allow, changeOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('kinds');
});
afterAll(async () => await world?.close());

const definition = (group: string, kind: string, schema: JsonObject = {}, scope = 'Namespaced'): KubernetesObject => {
  const plural = `${kind.toLowerCase()}s`;
  return object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `${plural}.${group}`, {
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope,
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, ...schema } },
        },
      ],
    },
  });
};

describe('A version of the API that is raised', () => {
  it('changes nothing where it changes nothing, whatever the versions’ shapes', async () => {
    const stage = await world.namespace('raised');
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const old = object('autoscaling/v1', 'HorizontalPodAutoscaler', 'web', {
      spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 80 },
    });
    const target = { type: 'Utilization', averageUtilization: 80 };
    const raised = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
      spec: {
        scaleTargetRef,
        minReplicas: 1,
        maxReplicas: 5,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      },
    });
    const ledger = await stage.release(old);
    const { plan } = await stage.plan({ ledger, released: [old], merged: [raised] });
    expect(plan).toMatchObject({ changes: [], unchanged: 1 });
  });
});

describe('Two groups that serve a kind of one name', () => {
  it('serve two kinds: neither is taken for the other', async () => {
    const stage = await world.namespace('groups');
    await stage.release(definition('serving.example', 'Service'));
    const theirs = object('serving.example/v1', 'Service', 'web', { spec: { a: 1 } });
    await eventually(async () => await stage.release(theirs));
    const spec = { clusterIP: 'None', ports: [{ port: 80 }], selector: { a: 'b' } };
    const ours = object('v1', 'Service', 'web', { spec });
    const released = [ours, theirs];
    const ledger = await stage.release(...released);
    const { plan } = await stage.plan({ ledger, released, merged: [theirs] });
    expect(plan.changes.map(({ action, identity }) => `${action} ${identity.group}/${identity.kind}`)).toEqual([
      'delete /Service',
    ]);
    const both = await stage.plan({ ledger, released, merged: [ours, { ...theirs, spec: { a: 2 } }] });
    expect(both.plan.changes.map(({ action, identity }) => `${action} ${identity.group}`)).toEqual([
      'update serving.example',
    ]);
  });
});

describe('A kind outside namespaces that is allowed by its name alone', () => {
  it('is allowed until another group serves one of that name, and with its group whatever there is', async () => {
    const stage = await world.namespace('named');
    const policy = object('first.example/v1', 'Policy', 'p', { spec: { a: 1 } });
    const stopsOf = async (allowed: string) => {
      const { plan } = await stage.plan({ merged: [policy], change: allow(['named'], [allowed]) });
      return plan.changes.map((change) => reasonOf(change)?.code ?? change.action);
    };
    await stage.release(definition('first.example', 'Policy', {}, 'Cluster'));
    await eventually(async () => (await stopsOf('Policy'))[0] === 'create');
    await stage.release(definition('second.example', 'Policy', {}, 'Cluster'));
    await eventually(async () => (await stopsOf('Policy'))[0] === 'not-allowed');
    expect(await stopsOf('Policy.first.example')).toEqual(['create']);
  });
});

describe('A CRD of more than 262,144 bytes', () => {
  it('is created, and its update planned, although no annotation would hold it', async () => {
    const stage = await world.namespace('large');
    const change = allow(['large'], ['CustomResourceDefinition']);
    const large = (word: string) =>
      definition('large.example', 'Large', {
        properties: Object.fromEntries(
          Array.from({ length: 400 }, (_, index) => [
            `field${index}`,
            { type: 'string', description: `${word} `.repeat(120) },
          ]),
        ),
      });
    const huge = large('explained');
    expect(JSON.stringify(huge).length).toBeGreaterThan(262_144);
    const created = await stage.plan({ merged: [huge], change });
    expect(changeOf(created, 'CustomResourceDefinition', 'larges.large.example').action).toBe('create');
    const ledger = await stage.release(huge);
    const updated = await stage.plan({ ledger, released: [huge], merged: [large('described')], change });
    expect(changeOf(updated, 'CustomResourceDefinition', 'larges.large.example').action).toBe('update');
  });
});

describe('One object that stands twice', () => {
  it('once with the namespace and once without is blocked, and both places are named', async () => {
    const stage = await world.namespace('twice');
    const merged = [configMap('c', { a: '1' }), inNamespace('twice', configMap('c', { a: '2' }))];
    const plan = await stage.plan({ merged });
    expect(reasonOf(changeOf(plan, 'ConfigMap', 'c'))?.message).toBe(
      'the object is there twice: at deploy/all.yaml:1 and at deploy/all.yaml:11; keep one of them',
    );
  });
});
