import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { contentOf, sameContent } from '../../../src/plan/fields/content.ts';

const plain: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'n' },
  data: { a: '1' },
};

function withMetadata(metadata: object): KubernetesObject {
  return { ...plain, metadata: { ...plain.metadata, ...metadata } };
}

describe('Noise is', () => {
  it.each([
    ['the resourceVersion', withMetadata({ resourceVersion: '7' })],
    ['the generation', withMetadata({ generation: 7 })],
    ['the UID', withMetadata({ uid: 'u' })],
    ['the times', withMetadata({ creationTimestamp: 't', deletionTimestamp: 't', deletionGracePeriodSeconds: 30 })],
    ['managedFields', withMetadata({ managedFields: [{ manager: 'm' }] })],
    ['the status', { ...plain, status: { ready: true } }],
    ['the label of the set', withMetadata({ labels: { 'applyset.kubernetes.io/part-of': 's' } })],
    [
      'kubectl’s copy of the manifest',
      withMetadata({ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }),
    ],
    ['an empty map of labels', withMetadata({ labels: {} })],
  ])('%s', (_name, noisy) => {
    expect(contentOf(noisy)).toEqual(contentOf(plain));
    expect(sameContent(noisy, plain)).toBe(true);
    expect(sameContent(plain, noisy)).toBe(true);
  });
});

describe('Content is', () => {
  it.each([
    ['every other label', withMetadata({ labels: { a: 'b' } })],
    ['every other annotation', withMetadata({ annotations: { a: 'b' } })],
    ['the finalizers', withMetadata({ finalizers: ['f'] })],
    ['the data', { ...plain, data: { a: '2' } }],
    ['a field that is only there', { ...plain, immutable: true }],
  ])('%s', (_name, other) => {
    expect(sameContent(other, plain)).toBe(false);
    expect(sameContent(plain, other)).toBe(false);
    expect(contentOf(other)).not.toEqual(contentOf(plain));
  });
});
