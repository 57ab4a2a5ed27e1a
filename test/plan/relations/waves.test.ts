import { describe, expect, it } from 'vitest';
import type { Identity, ManifestHook } from '../../../src/domain/manifest.ts';
import { isAwaited, wavesOf } from '../../../src/plan/relations/waves.ts';

describe('waves', () => {
  it('apply what others stand on first and webhooks last', () => {
    const kinds = [
      'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
      'apps/Deployment',
      'example.com/Widget',
      '/Service',
      '/ConfigMap',
      'rbac.authorization.k8s.io/RoleBinding',
      'rbac.authorization.k8s.io/Role',
      '/Namespace',
    ];
    expect(wavesOf(kinds.map(identity), alone).map((wave) => wave.map(({ kind }) => kind))).toEqual([
      ['Namespace'],
      ['ConfigMap', 'Role'],
      ['RoleBinding'],
      ['Service'],
      ['Deployment'],
      ['Widget'],
      ['ValidatingWebhookConfiguration'],
    ]);
  });

  it('tell kinds of one name in two groups apart', () => {
    expect(isAwaited(identity('/Namespace'))).toBe(true);
    expect(isAwaited(identity('example.com/Namespace'))).toBe(false);
    const services = [identity('serving.knative.dev/Service'), identity('apps/Deployment'), identity('/Service')];
    expect(wavesOf(services, alone).map(([first]) => first?.group)).toEqual(['', 'apps', 'serving.knative.dev']);
  });

  it('put what is needed first, whatever the kinds', () => {
    const needs = new Map([
      ['apps/Deployment', ['admissionregistration.k8s.io/ValidatingWebhookConfiguration']],
      ['/ConfigMap', ['/Namespace']],
      ['example.com/Widget', ['apps/Deployment']],
    ]);
    const kinds = [
      'example.com/Widget',
      'apps/Deployment',
      'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
      '/ConfigMap',
      '/Namespace',
    ];
    const member = (kind: string) => ({ identity: identity(kind), needs: (needs.get(kind) ?? []).map(identity) });
    expect(wavesOf(kinds, member)).toEqual([
      ['/Namespace'],
      ['/ConfigMap'],
      ['admissionregistration.k8s.io/ValidatingWebhookConfiguration'],
      ['apps/Deployment'],
      ['example.com/Widget'],
    ]);
  });

  it('put hooks before and after all others, by weight, and before the former only what nothing can be without', () => {
    const hooks: Readonly<Record<string, ManifestHook>> = {
      'batch/Job': { phase: 'before', weight: 0 },
      '/Secret': { phase: 'before', weight: 0 },
      '/Pod': { phase: 'before', weight: -5 },
      'example.com/Notice': { phase: 'after', weight: 1 },
      'batch/CronJob': { phase: 'after', weight: 10 },
    };
    const needs = new Map([['batch/Job', ['/ServiceAccount']]]);
    const kinds = [
      'batch/CronJob',
      'example.com/Notice',
      'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
      '/ConfigMap',
      'batch/Job',
      '/Secret',
      '/Pod',
      '/ServiceAccount',
      '/Namespace',
    ];
    const waves = wavesOf(kinds, (kind) => {
      const hook = hooks[kind];
      return { identity: identity(kind), needs: (needs.get(kind) ?? []).map(identity), ...(hook && { hook }) };
    });
    expect(waves).toEqual([
      ['/Namespace'],
      ['/ServiceAccount'],
      ['/Pod'],
      ['/Secret'],
      ['batch/Job'],
      ['/ConfigMap'],
      ['admissionregistration.k8s.io/ValidatingWebhookConfiguration'],
      ['example.com/Notice'],
      ['batch/CronJob'],
    ]);
  });

  it('hold nothing where there is nothing', () => {
    expect(wavesOf([], alone)).toEqual([]);
  });
});

function alone(item: Identity) {
  return { identity: item, needs: [] };
}

function identity(text: string): Identity {
  const [group = '', kind = ''] = text.split('/');
  return { group, kind, namespace: 'shop', name: 'web' };
}
