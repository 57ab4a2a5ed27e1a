import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { configMap, object } from '../objects.ts';
import { changeOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('owners');
});
afterAll(async () => await world?.close());

const partOf = 'applyset.kubernetes.io/part-of';

describe('What Git no longer holds is not deleted', () => {
  it.each([
    ['another set has it by now', 'other-set', 'owned-elsewhere', 'belongs to another set (applyset-other-v1)'],
    ['its label was taken away', 'no-label', 'identity-mismatch', 'was taken away'],
    ['it was made anew', 'anew', 'identity-mismatch', 'it was deleted and made again'],
  ])('where %s', async (_why, name, code, words) => {
    const stage = await world.namespace(name);
    const released = [configMap('old'), configMap('kept')];
    const ledger = await stage.release(...released);
    const path = `/api/v1/namespaces/${name}/configmaps/old`;
    if (name === 'anew') {
      await world.cluster.admin.request('DELETE', path);
      await stage.release(configMap('old'));
    } else {
      const label = name === 'other-set' ? 'applyset-other-v1' : null;
      await stage.edit(path, { metadata: { labels: { [partOf]: label } } });
    }
    const reason = reasonOf(
      changeOf(await stage.plan({ ledger, released, merged: [configMap('kept')] }), 'ConfigMap', 'old'),
    );
    expect(reason?.code).toBe(code);
    expect(reason?.message).toContain(words);
  });

  it('where the API server refuses it, in its words', async () => {
    const stage = await world.namespace('refused');
    const released = [configMap('old'), configMap('kept')];
    const ledger = await stage.release(...released);
    const policies = '/apis/admissionregistration.k8s.io/v1';
    const admission = 'admissionregistration.k8s.io/v1';
    const policy = object(admission, 'ValidatingAdmissionPolicy', 'keep', {
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['configmaps'] }],
        },
        validations: [{ expression: "oldObject.metadata.name != 'old'", message: 'old is kept' }],
      },
    });
    const binding = object(admission, 'ValidatingAdmissionPolicyBinding', 'keep', {
      spec: { policyName: 'keep', validationActions: ['Deny'] },
    });
    await world.cluster.admin.request('POST', `${policies}/validatingadmissionpolicies`, policy);
    await world.cluster.admin.request('POST', `${policies}/validatingadmissionpolicybindings`, binding);
    const reason = await eventually(async () =>
      reasonOf(changeOf(await stage.plan({ ledger, released, merged: [configMap('kept')] }), 'ConfigMap', 'old')),
    );
    expect(reason.code).toBe('denied');
    expect(reason.message).toContain('old is kept');
  });
});

describe('A deprecated API', () => {
  it('is told with the object that uses it', async () => {
    const stage = await world.namespace('deprecated');
    const endpoints = object('v1', 'Endpoints', 'e', { subsets: [] });
    const plan = await stage.plan({ merged: [endpoints] });
    expect(changeOf(plan, 'Endpoints', 'e').warnings).toEqual([expect.stringContaining('deprecated')]);
  });
});
