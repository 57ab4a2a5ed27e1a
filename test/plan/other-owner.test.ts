import { describe, expect, it } from 'vitest';
import type { KubernetesObject, ObjectMetadata } from '../../src/domain/manifest.ts';
import { otherOwner } from '../../src/plan/other-owner.ts';

function live(metadata: Partial<ObjectMetadata>): KubernetesObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', ...metadata } };
}

const tracking = 'argocd.argoproj.io/tracking-id';
const helm = { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': 'shop' };
const byHelm = { 'app.kubernetes.io/managed-by': 'Helm' };
const instance = { 'app.kubernetes.io/instance': 'storefront' };

const cases: readonly (readonly [string, Partial<ObjectMetadata>, string | null])[] = [
  ['nothing', {}, null],
  [
    'a Kustomization’s labels',
    { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' } },
    'the Flux Kustomization flux-system/apps',
  ],
  [
    'a HelmRelease’s labels beside Helm’s own',
    { labels: { ...byHelm, 'helm.toolkit.fluxcd.io/name': 'web' }, annotations: helm },
    'the Flux HelmRelease web',
  ],
  [
    'Argo CD’s tracking id',
    { annotations: { [tracking]: 'storefront:apps/Deployment:shop/web' } },
    'the Argo CD application storefront',
  ],
  ['a tracking id that was copied', { annotations: { [tracking]: 'storefront:apps/Deployment:shop/other' } }, null],
  [
    'a label that Argo CD wrote',
    { labels: instance, managedFields: [{ manager: 'argocd-controller', operation: 'Apply' }] },
    'the Argo CD application storefront',
  ],
  ['the same label by somebody', { labels: instance, managedFields: [{ manager: 'kubectl' }] }, null],
  ['Helm’s label and annotations', { labels: byHelm, annotations: helm }, 'Helm release shop/web'],
  ['Helm’s label alone, as charts rendered elsewhere have it', { labels: byHelm }, null],
];

describe('Who keeps an object is told by', () => {
  it.each(cases)('%s', (_marks, metadata, name) => {
    expect(otherOwner(live(metadata))?.name ?? null).toBe(name);
  });
});
