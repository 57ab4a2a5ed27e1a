import { expect, it } from 'vitest';
import { identityKey } from '../../src/domain/manifest.ts';
import { namesakes } from '../../src/plan/namesakes.ts';

it('Namesakes are objects of the same kind and name in several API groups', () => {
  const service = { group: '', kind: 'Service', namespace: 'shop', name: 'web' };
  const knative = { ...service, group: 'serving.knative.dev' };
  const others = [
    { ...service, name: 'api' },
    { ...service, namespace: 'other' },
    { ...service, kind: 'Deployment', group: 'apps' },
  ];
  expect(namesakes([service, ...others, knative, service])).toEqual(new Set([service, knative].map(identityKey)));
  expect(namesakes([service, service])).toEqual(new Set());
});
