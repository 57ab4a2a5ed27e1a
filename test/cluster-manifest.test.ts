import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { IdentityRule } from '../sandbox/cluster/identity.ts';
import { ownRules } from '../sandbox/operator-file.ts';

const rule = z.object({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});
const name = z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() });
const manifest = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  rules: z.array(rule).optional(),
  roleRef: name.optional(),
  subjects: z.array(name).optional(),
});

const objects = loadAll(readFileSync(path.join(import.meta.dirname, '../docs/cluster.yaml'), 'utf8')).map((object) =>
  manifest.parse(object),
);
const ofKubernetes = 'ClusterRole  admin';
const isImpersonation = ({ verbs }: Pick<IdentityRule, 'verbs'>): boolean => verbs.includes('impersonate');
const rules = objects.flatMap(({ metadata: { namespace }, rules: own = [] }) =>
  own.map((one) => ({ ...(namespace === undefined ? {} : { namespace }), ...one })),
);

describe('what an operator is told to prepare in a cluster', () => {
  it('gives Fairlead the rights that the tests give it', () => {
    const needed: readonly IdentityRule[] = ownRules;
    expect(rules.filter((one) => !isImpersonation(one))).toEqual(needed.filter((one) => !isImpersonation(one)));
  });

  it('lets it act as the service account of a team, which is there, and as nobody else', () => {
    const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata);
    expect(accounts).toContainEqual({ name: 'fairlead', namespace: 'shop' });
    expect(rules.filter(isImpersonation)).toEqual([
      {
        namespace: 'shop',
        apiGroups: [''],
        resources: ['serviceaccounts'],
        resourceNames: ['fairlead'],
        verbs: ['impersonate'],
      },
    ]);
  });

  it('binds every role to an account that it makes', () => {
    const made = objects.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name].join(' '));
    for (const { roleRef, metadata, subjects = [] } of objects) {
      if (roleRef === undefined) continue;
      const { namespace } = roleRef.kind === 'Role' ? metadata : { namespace: undefined };
      expect([...made, ofKubernetes]).toContain([roleRef.kind, namespace, roleRef.name].join(' '));
      for (const one of subjects) expect(made).toContain([one.kind, one.namespace, one.name].join(' '));
    }
  });
});
