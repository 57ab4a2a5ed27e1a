import { describe, expect, it } from 'vitest';
import { textField } from '../../../src/domain/field.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { object, objectIn } from '../../objects.ts';
import { created, deleted, effectsIn, updated, workload } from './changes.ts';

const rbac = 'rbac.authorization.k8s.io/v1';
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };

describe('A role', () => {
  const role = (...rules: readonly JsonObject[]) => objectIn('shop', rbac, 'Role', 'web', { rules });
  const added = (...rules: readonly JsonObject[]) => effectsIn([updated(role(pods), role(pods, ...rules))]);

  it.each<[string, JsonObject, string, boolean]>([
    ['another verb', { ...pods, verbs: ['get', 'delete'] }, 'delete pods', false],
    [
      'another group',
      { ...pods, apiGroups: ['apps'], resources: ['deployments'] },
      'get, list deployments.apps',
      false,
    ],
    ['everything', { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, 'do anything with every resource', true],
    ['every verb on one kind', { ...pods, verbs: ['*'] }, 'do anything with pods', false],
    [
      'every verb on roles',
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['*'] },
      'do anything with roles.rbac.authorization.k8s.io',
      true,
    ],
    ['secrets to read', { ...pods, resources: ['secrets'], verbs: ['list'] }, 'list secrets', true],
    ['secrets to make only', { ...pods, resources: ['secrets'], verbs: ['create'] }, 'create secrets', false],
    ['others’ powers', { apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }, 'impersonate users', true],
    ['commands in pods', { ...pods, resources: ['pods/exec'], verbs: ['create'] }, 'create pods/exec', true],
    ['all of the core group', { ...pods, resources: ['*'], verbs: ['list'] }, 'list *.core', true],
    ['a path', { nonResourceURLs: ['/metrics'], verbs: ['get'] }, 'get /metrics', false],
    ['some names', { ...pods, verbs: ['delete'], resourceNames: ['a'] }, 'delete pods (a)', false],
  ])('allows %s', (_what, rule, words, grave) => {
    expect(added(rule)).toEqual([{ kind: 'grants', rules: [words], grave }]);
  });

  it('allows nothing new that it allowed by a star, or by another rule', () => {
    expect(added(pods)).toEqual([]);
    const all = { apiGroups: [''], resources: ['pods'], verbs: ['*'] };
    expect(effectsIn([updated(role(all), role(pods))])).toEqual([]);
    expect(effectsIn([updated(role({ ...all, apiGroups: ['*'], resources: ['*'] }), role(pods))])).toEqual([]);
    expect(effectsIn([updated(role(pods), role())])).toEqual([]);
  });

  it.each<[string, JsonObject, JsonObject, readonly string[]]>([
    [
      'in one group what another allowed',
      { apiGroups: [''], resources: ['*'], verbs: ['*'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
      ['get deployments.apps'],
    ],
    [
      'by a path what was allowed of resources',
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
      ['get /metrics'],
    ],
    [
      'nothing in a group of which all was allowed',
      { apiGroups: ['apps'], resources: ['*'], verbs: ['*'] },
      { apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'], verbs: ['get'] },
      [],
    ],
    ['nothing by fewer names', { ...pods, resourceNames: ['a', 'b'] }, { ...pods, resourceNames: ['b'] }, []],
    ['all names where it was some', { ...pods, resourceNames: ['a'] }, { ...pods, verbs: ['get'] }, ['get pods']],
    [
      'nothing below a path of which all was allowed',
      { nonResourceURLs: ['/healthz/*'], verbs: ['get'] },
      { nonResourceURLs: ['/healthz/ping'], verbs: ['get'] },
      [],
    ],
  ])('allows anew %s', (_what, before, after, rules) => {
    expect(effectsIn([updated(role(before), role(after))])).toMatchObject(
      rules.length === 0 ? [] : [{ kind: 'grants', rules }],
    );
  });

  it('names the gravest first, for of many only the first are shown', () => {
    const secrets = { ...pods, resources: ['secrets'] };
    const granted = effectsIn([created(role(pods, secrets))]);
    expect(granted).toEqual([{ kind: 'grants', rules: ['get, list secrets', 'get, list pods'], grave: true }]);
  });

  it('allows all of its rules where it is new', () => {
    expect(effectsIn([created(role(pods))])).toEqual([{ kind: 'grants', rules: ['get, list pods'], grave: false }]);
  });
});

describe('A binding', () => {
  const binding = (kind: string, role: string, ...subjects: readonly JsonObject[]): KubernetesObject =>
    object(rbac, kind, 'web', { roleRef: { kind: 'ClusterRole', name: role }, subjects });
  const user = (name: string) => ({ kind: 'User', name });
  const group = (name: string) => ({ kind: 'Group', name });

  it.each<[string, KubernetesObject, boolean]>([
    ['to one more person', binding('RoleBinding', 'view', user('ada'), user('bob')), false],
    ['to everybody', binding('RoleBinding', 'view', user('ada'), group('system:authenticated')), true],
    ['to anybody', binding('ClusterRoleBinding', 'view', user('ada'), user('system:anonymous')), true],
    ['of all powers', binding('ClusterRoleBinding', 'cluster-admin', user('ada'), user('bob')), true],
  ])('is told where it gives a role %s', (_what, after, grave) => {
    const before = binding(after.kind, textField(after, 'roleRef', 'name') ?? '', user('ada'));
    expect(effectsIn([updated(before, after)])).toMatchObject([
      { kind: 'binds', subjects: [expect.any(String)], grave },
    ]);
  });

  it('names the subjects with their namespaces', () => {
    const account = { kind: 'ServiceAccount', name: 'web', namespace: 'shop' };
    expect(effectsIn([created(binding('ClusterRoleBinding', 'view', account))])).toEqual([
      { kind: 'binds', subjects: ['ServiceAccount shop/web'], role: 'ClusterRole view', grave: false },
    ]);
  });
});

describe('Pods', () => {
  const given = (more: JsonObject, container: JsonObject = {}) => {
    const effects = effectsIn([updated(workload(), workload({ pods: more, container }))]);
    return effects.filter(({ kind }) => kind !== 'restarts-pods');
  };

  it.each<[string, JsonObject, JsonObject, readonly string[]]>([
    ['the network of their node', { hostNetwork: true }, {}, ['hostNetwork']],
    ['a folder of their node', { volumes: [{ name: 'a', hostPath: { path: '/var/run' } }] }, {}, ['hostPath /var/run']],
    ['everything', {}, { securityContext: { privileged: true } }, ['privileged']],
    ['capabilities', {}, { securityContext: { capabilities: { add: ['NET_ADMIN'] } } }, ['capability NET_ADMIN']],
    [
      'one that the strictest profile allows, and no more',
      {},
      { securityContext: { capabilities: { add: ['NET_BIND_SERVICE'] } } },
      [],
    ],
    ['root', { securityContext: { runAsUser: 0 } }, {}, ['runs as root']],
    [
      'root, but not the container',
      { securityContext: { runAsUser: 0 } },
      { securityContext: { runAsUser: 1000 } },
      [],
    ],
    ['escalation', {}, { securityContext: { allowPrivilegeEscalation: true } }, ['allowPrivilegeEscalation']],
  ])('get %s', (_what, more, container, powers) => {
    expect(given(more, container)).toEqual(powers.length === 0 ? [] : [{ kind: 'empowers-pods', powers }]);
  });

  it('get what was refused to them', () => {
    const strict = workload({
      container: { securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false } },
    });
    expect(effectsIn([updated(strict, workload())])).toContainEqual({
      kind: 'empowers-pods',
      powers: ['may run as root', 'allowPrivilegeEscalation'],
    });
    expect(effectsIn([updated(workload(), strict)])).toEqual([{ kind: 'restarts-pods', pods: 3, manner: 'rolling' }]);
  });

  it('are told of when they are new, and not when they were so before', () => {
    const host = workload({ pods: { hostPID: true } });
    expect(effectsIn([created(host)])).toEqual([{ kind: 'empowers-pods', powers: ['hostPID'] }]);
    const rolled = workload({ pods: { hostPID: true }, image: 'web:2' });
    expect(effectsIn([updated(host, rolled)]).map(({ kind }) => kind)).toEqual(['restarts-pods', 'moves-image']);
  });

  it('get a token that they did not get', () => {
    const without = workload({ pods: { automountServiceAccountToken: false } });
    expect(effectsIn([updated(without, workload())])).toContainEqual({ kind: 'mounts-token' });
    const account = (mounts: boolean) =>
      objectIn('shop', 'v1', 'ServiceAccount', 'web', { automountServiceAccountToken: mounts });
    expect(effectsIn([updated(account(false), account(true))])).toEqual([{ kind: 'mounts-token' }]);
    expect(effectsIn([updated(account(true), account(false))])).toEqual([]);
  });
});

describe('A NetworkPolicy', () => {
  const policy = (ingress: readonly JsonObject[], policyTypes: readonly string[] = ['Ingress']) =>
    objectIn('shop', 'networking.k8s.io/v1', 'NetworkPolicy', 'web', {
      spec: { podSelector: {}, ingress, policyTypes },
    });
  const from = (app: string) => ({ from: [{ podSelector: { matchLabels: { app } } }] });

  it.each<[string, KubernetesObject, readonly unknown[]]>([
    ['by another rule', policy([from('a'), from('b')]), [{ kind: 'opens-network', rules: 1 }]],
    ['by a wider one', policy([{}]), [{ kind: 'opens-network', rules: 1 }]],
    ['by none where a rule goes', policy([]), []],
    ['by no longer being about it', policy([from('a')], ['Egress']), [{ kind: 'opens-network', rules: 1 }]],
  ])('lets more traffic in %s', (_what, after, effects) => {
    expect(effectsIn([updated(policy([from('a')]), after)])).toEqual(effects);
  });

  it.each<[string, JsonObject, JsonObject, readonly unknown[]]>([
    [
      'lets go of pods that it no longer selects',
      {},
      { matchLabels: { app: 'web' } },
      [{ kind: 'opens-network', rules: null }],
    ],
    ['restricts more where it selects all', { matchLabels: { app: 'web' } }, {}, []],
  ])('%s', (_what, chose, chooses, effects) => {
    const [before, after] = [chose, chooses].map((podSelector) => ({
      ...policy([]),
      spec: { podSelector, policyTypes: ['Ingress'], ingress: [] },
    }));
    expect(before && after && effectsIn([updated(before, after)])).toEqual(effects);
  });

  it('restricts nothing once it is gone', () => {
    expect(effectsIn([deleted(policy([]))])).toEqual([{ kind: 'opens-network', rules: null }]);
  });
});
