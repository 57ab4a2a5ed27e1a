import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject, ObjectMetadata } from '../../src/domain/manifest.ts';
import { configMap, secret } from '../objects.ts';
import { changeOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('other-owners');
});
afterAll(async () => await world?.close());

const marks = {
  helm: {
    labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': 'others' },
  },
  flux: {
    labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
  },
  argo: { annotations: { 'argocd.argoproj.io/tracking-id': 'storefront:/ConfigMap:others/argo' } },
} as const;
const marked = (object: KubernetesObject, mark: Partial<ObjectMetadata>): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, ...mark },
});

describe('What another tool keeps', () => {
  it('is named and not touched, until the settings adopt it', async () => {
    const stage = await world.namespace('others');
    for (const [name, mark] of Object.entries(marks)) {
      const path = `/api/v1/namespaces/others/configmaps/${name}`;
      await world.cluster.admin.apply(path, marked(configMap(name, { a: '1' }), mark));
    }
    await world.cluster.admin.apply(
      '/api/v1/namespaces/others/secrets/s',
      marked(secret('s', { a: 'hunter22' }), marks.helm),
    );
    const merged = [...Object.keys(marks).map((name) => configMap(name, { a: '2' })), secret('s', { a: 'hunter22' })];
    const plan = await stage.plan({ merged });
    const told = (kind: string, name: string) => {
      const reason = reasonOf(changeOf(plan, kind, name));
      return [reason?.code, /belongs to (.*?): two/.exec(reason?.message ?? '')?.[1]];
    };
    expect(told('ConfigMap', 'helm')).toEqual(['owned-elsewhere', 'Helm release others/web']);
    expect(told('ConfigMap', 'flux')).toEqual(['owned-elsewhere', 'the Flux Kustomization flux-system/apps']);
    expect(told('ConfigMap', 'argo')).toEqual(['owned-elsewhere', 'the Argo CD application storefront']);
    expect(told('Secret', 's')).toEqual(['owned-elsewhere', 'Helm release others/web']);

    const adopting = await stage.plan({
      merged,
      environment: { adopt: ['helm', 'kustomize-controller'], conflicts: 'take' },
    });
    expect(changeOf(adopting, 'ConfigMap', 'helm')).toMatchObject({ action: 'update', adopted: true });
    expect(changeOf(adopting, 'ConfigMap', 'flux')).toMatchObject({ action: 'update', adopted: true });
    expect(reasonOf(changeOf(adopting, 'ConfigMap', 'argo'))?.code).toBe('owned-elsewhere');
  });

  it('is ours once it was released from here, whatever marks it carries', async () => {
    const stage = await world.namespace('ours');
    const released = [marked(configMap('c', { a: '1' }), marks.helm)];
    const ledger = await stage.release(...released);
    const merged = [marked(configMap('c', { a: '2' }), marks.helm)];
    expect(changeOf(await stage.plan({ ledger, released, merged }), 'ConfigMap', 'c').action).toBe('update');
  });
});
