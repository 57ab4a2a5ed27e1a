import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import type { RefusalReason } from '../../../src/domain/prediction.ts';
import { withPrerequisites } from '../../../src/plan/relations/prerequisites.ts';
import { object, objectIn } from '../../objects.ts';
import { judgement, keptBack } from '../judgements.ts';

const identity = 'system:serviceaccount:shop:fairlead';
const crd = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.e.example', {
  spec: { group: 'e.example', names: { kind: 'Widget' } },
});
const widget = objectIn('shop', 'e.example/v1', 'Widget', 'w');
const config = objectIn('shop', 'v1', 'ConfigMap', 'c');
const pod = objectIn('shop', 'v1', 'Pod', 'p', { spec: { serviceAccountName: 'web', priorityClassName: 'high' } });
const bare = objectIn('shop', 'v1', 'Pod', 'p', { spec: {} });
const priority = (globalDefault: boolean) =>
  object('scheduling.k8s.io/v1', 'PriorityClass', 'high-by-default', { globalDefault });
const rbac = 'rbac.authorization.k8s.io/v1';
const role = objectIn('shop', rbac, 'Role', 'reader');
const binding = objectIn('shop', rbac, 'RoleBinding', 'read', { roleRef: { kind: 'Role', name: 'reader' } });
const grant = (subject: JsonObject) =>
  objectIn('shop', rbac, 'RoleBinding', 'grant', { subjects: [subject], roleRef: {} });
const account = { kind: 'ServiceAccount', namespace: 'shop', name: 'fairlead' };
const inShop = (kind: string) => objectIn('shop', 'v1', kind, 'x');
const clusterWide = (group: string, kind: string) => object(`${group}/v1`, kind, 'x');
const admission = 'admissionregistration.k8s.io';

/** What the plan changes, what stands beside it, and which of its refusals the change may cure; null: does not concern it. */
const cases: readonly (readonly [string, KubernetesObject, KubernetesObject, RefusalReason | null])[] = [
  ['a CRD and an object of its kind', crd, widget, 'unknown-field'],
  ['a CRD and an object of another kind', crd, config, null],
  ['a namespace and an object in it', object('v1', 'Namespace', 'shop'), config, 'namespace-missing'],
  ['a namespace and an object in another', object('v1', 'Namespace', 'other'), config, null],
  ['a quota and an object in its namespace', inShop('ResourceQuota'), config, 'quota'],
  ['a LimitRange and an object in its namespace', inShop('LimitRange'), pod, 'denied'],
  ['a LimitRange and what it says nothing about', inShop('LimitRange'), config, null],
  ['a LimitRange and an object in another namespace', objectIn('other', 'v1', 'LimitRange', 'x'), pod, null],
  ['an admission webhook and anything', clusterWide(admission, 'ValidatingWebhookConfiguration'), config, 'denied'],
  ['an admission policy and anything', clusterWide(admission, 'ValidatingAdmissionPolicyBinding'), config, 'denied'],
  ['a role and its binding', role, binding, 'role-missing'],
  ['a role and its binding that may not be made yet', role, binding, 'forbidden'],
  ['a role and another object', role, config, null],
  ['a binding that grants to who applies', grant(account), config, 'forbidden'],
  ['a binding that grants to the user who applies', grant({ kind: 'User', name: identity }), config, 'forbidden'],
  [
    'a binding that grants to all accounts',
    grant({ kind: 'Group', name: 'system:serviceaccounts' }),
    config,
    'forbidden',
  ],
  ['a binding that grants to others', grant({ ...account, name: 'other' }), config, null],
  ['a service account and a pod that runs as it', objectIn('shop', 'v1', 'ServiceAccount', 'web'), pod, 'forbidden'],
  ['a service account and another pod', objectIn('shop', 'v1', 'ServiceAccount', 'other'), pod, null],
  ['a priority class and a pod that has it', clusterWide('scheduling.k8s.io', 'PriorityClass'), pod, null],
  [
    'the default account and a pod that names none',
    objectIn('shop', 'v1', 'ServiceAccount', 'default'),
    bare,
    'denied',
  ],
  ['the default account and a pod that names one', objectIn('shop', 'v1', 'ServiceAccount', 'default'), pod, null],
  ['the default priority and a pod that names none', priority(true), bare, 'denied'],
  ['another priority and a pod that names none', priority(false), bare, null],
  ['a kind named like a member of every object', objectIn('shop', 'x/v1', 'constructor', 'x'), config, null],
];

describe('What the same plan changes', () => {
  it.each(cases)('makes an estimate: %s', (_name, changed, beside, cures) => {
    const [, after] = withPrerequisites([judgement(changed), judgement(beside)], identity, null);
    expect(after?.certainty.kind).toBe(cures === null ? 'exact' : 'estimated');
  });

  it.each(cases.filter(([, , , cures]) => cures !== null))(
    'may cure a refusal: %s',
    (_name, changed, beside, cures) => {
      const blocked = {
        action: 'blocked',
        refused: cures,
        reason: { code: cures ?? 'invalid', message: 'm' },
      } as const;
      const [, after] = withPrerequisites(
        [judgement(changed, { action: 'update' }), keptBack(beside, blocked)],
        identity,
        null,
      );
      expect(after).toMatchObject({ action: 'create', certainty: { kind: 'estimated' } });
      expect(after).not.toHaveProperty('reason');
      expect(after?.needs).toMatchObject([{ kind: changed.kind }]);
    },
  );

  it('cures nothing that it has nothing to do with', () => {
    const blocked = { action: 'blocked', refused: 'invalid', reason: { code: 'invalid', message: 'm' } } as const;
    const quota = judgement(inShop('ResourceQuota'));
    expect(withPrerequisites([quota, keptBack(config, blocked)], identity, null)[1]).toMatchObject(blocked);
  });

  it('is only what it really changes', () => {
    const unchanged = judgement(inShop('ResourceQuota'), { action: 'unchanged' });
    const deleted = judgement(inShop('LimitRange'), { action: 'delete' });
    expect(withPrerequisites([unchanged, deleted, judgement(config)], identity, null)[2]?.certainty.kind).toBe('exact');
  });

  it('leaves what is blocked for a reason of its own', () => {
    const reason = { code: 'not-allowed', message: 'm' } as const;
    const stopped = keptBack(config, { action: 'blocked', reason, refused: null });
    const [, after] = withPrerequisites([judgement(inShop('ResourceQuota')), stopped], identity, null);
    expect(after).toBe(stopped);
  });
});

describe('Of one name and another group', () => {
  it('a kind is another kind', () => {
    const other = objectIn('shop', 'quota.example/v1', 'ResourceQuota', 'x');
    expect(withPrerequisites([judgement(other), judgement(config)], identity, null)[1]?.certainty.kind).toBe('exact');
  });
});

describe('The role by which somebody applies', () => {
  it('makes an estimate of all that it is needed for, where a binding of Git gives it', () => {
    const gives = objectIn('shop', rbac, 'RoleBinding', 'grant', {
      subjects: [account],
      roleRef: { kind: 'Role', name: 'reader' },
    });
    const bound = judgement(gives, { action: 'unchanged' });
    const [, , after] = withPrerequisites([judgement(role), bound, judgement(config)], identity, null);
    expect(after?.certainty.kind).toBe('estimated');
  });
});

describe('A class that is a default', () => {
  const spec = { accessModes: ['ReadWriteOnce'] };
  it.each([
    [
      'storage.k8s.io/v1',
      'StorageClass',
      objectIn('shop', 'v1', 'PersistentVolumeClaim', 'p', { spec }),
      objectIn('shop', 'v1', 'PersistentVolumeClaim', 'p', { spec: { ...spec, storageClassName: 'slow' } }),
    ],
    [
      'networking.k8s.io/v1',
      'IngressClass',
      objectIn('shop', 'networking.k8s.io/v1', 'Ingress', 'i', { spec: {} }),
      objectIn('shop', 'networking.k8s.io/v1', 'Ingress', 'i', { spec: { ingressClassName: 'nginx' } }),
    ],
  ])('makes an estimate of what names none: %s %s', (apiVersion, kind, without, named) => {
    const changed = judgement(object(apiVersion, kind, 'x'));
    const [, one, other] = withPrerequisites([changed, judgement(without), judgement(named)], identity, null);
    expect([one?.certainty.kind, other?.certainty.kind]).toEqual(['estimated', 'exact']);
  });
});
