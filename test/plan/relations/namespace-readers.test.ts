import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { readerOf } from '../../../src/plan/relations/namespace-readers.ts';
import { object, objectIn } from '../../objects.ts';
import { judgement } from '../judgements.ts';

const admission = 'admissionregistration.k8s.io/v1';
const config = judgement(objectIn('shop', 'v1', 'ConfigMap', 'c'));
const rule = (changes: JsonObject = {}) => ({
  operations: ['*'],
  apiGroups: [''],
  resources: ['configmaps'],
  ...changes,
});
const gold = { matchLabels: { tier: 'gold' } };

const labelled = (labels: Readonly<Record<string, string>>) => ({
  ...object('v1', 'Namespace', 'shop'),
  metadata: { name: 'shop', labels },
});
const changed = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) =>
  judgement(labelled(after), {
    action: 'update',
    live: { kind: 'present', object: labelled(before) },
    before: labelled(before),
    after: labelled(after),
  });
const toGold = changed({ a: '1' }, { a: '1', tier: 'gold' });

const webhook = (changes: JsonObject) =>
  object(admission, 'ValidatingWebhookConfiguration', 'w', { webhooks: [{ name: 'w.example', ...changes }] });
const policy = (spec: JsonObject) => object(admission, 'MutatingAdmissionPolicy', 'p', { spec });
const bound = (matchResources?: JsonObject) =>
  object(admission, 'MutatingAdmissionPolicyBinding', 'b', {
    spec: { policyName: 'p', ...(matchResources && { matchResources }) },
  });
const about = (changes: JsonObject = {}) => ({ matchConstraints: { resourceRules: [rule()], ...changes } });

const cases: readonly (readonly [string, readonly KubernetesObject[], boolean])[] = [
  ['nothing', [], false],
  ['a webhook that is asked', [webhook({ rules: [rule()] })], true],
  ['a webhook of another group, for a kind may have two', [webhook({ rules: [rule({ apiGroups: ['x'] })] })], true],
  ['a webhook that begins to be asked', [webhook({ rules: [rule()], namespaceSelector: gold })], true],
  ['a webhook of another kind', [webhook({ rules: [rule({ resources: ['secrets'] })] })], false],
  ['a webhook of all kinds', [webhook({ rules: [rule({ resources: ['*/*'] })] })], true],
  ['a webhook of a subresource', [webhook({ rules: [rule({ resources: ['configmaps/scale'] })] })], false],
  ['a webhook of deletions', [webhook({ rules: [rule({ operations: ['DELETE'] })] })], false],
  ['a webhook of no rules', [webhook({})], false],
  [
    'a webhook that is asked neither before nor after',
    [webhook({ rules: [rule()], namespaceSelector: { matchLabels: { tier: 'lead' } } })],
    false,
  ],
  ['a policy without a binding', [policy(about({ namespaceSelector: gold }))], false],
  ['a policy that is asked before and after', [policy(about()), bound()], false],
  ['a policy that begins to be asked', [policy(about({ namespaceSelector: gold })), bound()], true],
  ['a policy whose binding begins to be', [policy(about()), bound({ namespaceSelector: gold })], true],
  [
    'a policy whose binding is about other kinds',
    [policy(about()), bound({ namespaceSelector: gold, resourceRules: [rule({ resources: ['secrets'] })] })],
    false,
  ],
  [
    'a policy that looks at the namespace',
    [policy({ ...about(), variables: [{ name: 'n', expression: 'namespaceObject.metadata.name' }] }), bound()],
    true,
  ],
  [
    'a policy whose parameter is a namespace',
    [policy({ ...about(), paramKind: { apiVersion: 'v1', kind: 'Namespace' } }), bound()],
    true,
  ],
  [
    'a policy whose parameter is something else',
    [policy({ ...about(), paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }), bound()],
    false,
  ],
];

describe('A change of a namespace concerns what is in it by', () => {
  it.each(cases)('%s: it is found', (_name, objects, concerns) => {
    const readers = { admission: objects, resources: new Map([[config.subject.key, 'configmaps']]) };
    expect(readerOf(config, toGold, readers) !== null).toBe(concerns);
  });

  it('what is named in quotes, by which words in public leave it out', () => {
    const readers = {
      admission: [webhook({ rules: [rule()] })],
      resources: new Map([[config.subject.key, 'configmaps']]),
    };
    expect(readerOf(config, toGold, readers)).toBe('ValidatingWebhookConfiguration "w" may decide by it');
  });

  it('anything, where it is not known what there is', () => {
    expect(readerOf(config, toGold, null)).not.toBeNull();
    expect(readerOf(config, toGold, { admission: [], resources: new Map() })).not.toBeNull();
  });

  it('the access to devices, and nothing else of them', () => {
    const claim = judgement(objectIn('shop', 'resource.k8s.io/v1', 'ResourceClaim', 'c'));
    const readers = { admission: [], resources: new Map([[claim.subject.key, 'resourceclaims']]) };
    const access = { 'resource.kubernetes.io/admin-access': 'true' };
    expect(readerOf(claim, changed({}, access), readers)).not.toBeNull();
    expect(readerOf(claim, toGold, readers)).toBeNull();
  });
});

describe('A label that the settings leave to others', () => {
  it('is in no version of a judgement, and still selects', () => {
    const selector = { matchLabels: { tier: 'gold', team: 'a' } };
    const readers = {
      admission: [policy(about({ namespaceSelector: selector })), bound()],
      resources: new Map([[config.subject.key, 'configmaps']]),
    };
    const live = { kind: 'present', object: labelled({ team: 'a' }) } as const;
    expect(readerOf(config, { ...toGold, live }, readers)).not.toBeNull();
    expect(readerOf(config, toGold, readers)).toBeNull();
  });
});
