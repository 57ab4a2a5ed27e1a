import { describe, expect, it } from 'vitest';
import { allowedKind, kindAllowance, needsGroup } from '../../src/domain/cluster-scoped.ts';

const policy = { group: 'kyverno.io', kind: 'ClusterPolicy' };
const impostor = { group: 'evil.example', kind: 'ClusterRole' };
const role = { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' };

describe('A rule that names a kind outside namespaces', () => {
  it.each([
    ['with its group allows it', ['ClusterPolicy.kyverno.io'], policy, ['kyverno.io'], 'allowed'],
    ['with its group allows it beside others', ['ClusterPolicy.kyverno.io'], policy, ['kyverno.io', 'b.io'], 'allowed'],
    ['with another group does not', ['ClusterPolicy.b.io'], policy, ['kyverno.io', 'b.io'], 'denied'],
    ['alone allows it where one group serves it', ['ClusterPolicy'], policy, ['kyverno.io'], 'allowed'],
    ['alone allows nobody where two do', ['ClusterPolicy'], policy, ['kyverno.io', 'b.io'], 'ambiguous'],
    ['alone means the one of Kubernetes’ own', ['ClusterRole'], role, [role.group, 'evil.example'], 'allowed'],
    ['alone does not mean one that is called like it', ['ClusterRole'], impostor, ['evil.example'], 'denied'],
    ['with its group may mean one that is called like it', ['ClusterRole.evil.example'], impostor, [], 'allowed'],
    ['does not mean another', ['Namespace'], role, [role.group], 'denied'],
  ] as const)('%s', (_name, allowed, kind, served, verdict) => {
    expect(kindAllowance(allowed, kind, served)).toBe(verdict);
  });

  it('is asked for in words that are not to be mistaken', () => {
    expect([role, impostor, policy].map(allowedKind)).toEqual([
      'ClusterRole',
      'ClusterRole.evil.example',
      'ClusterPolicy.kyverno.io',
    ]);
    expect(['ClusterRole', 'ClusterPolicy', 'ClusterPolicy.kyverno.io'].filter(needsGroup)).toEqual(['ClusterPolicy']);
  });
});
