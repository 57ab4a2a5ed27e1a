import { describe, expect, it } from 'vitest';
import type { Identity } from '../../src/domain/manifest.ts';
import { isPrerequisite, wavesOf } from '../../src/plan/waves.ts';

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
    expect(wavesOf(kinds.map(identity), (item) => item).map((wave) => wave.map(({ kind }) => kind))).toEqual([
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
    expect(isPrerequisite(identity('/Namespace'))).toBe(true);
    expect(isPrerequisite(identity('example.com/Namespace'))).toBe(false);
    const services = [identity('serving.knative.dev/Service'), identity('apps/Deployment'), identity('/Service')];
    expect(wavesOf(services, (item) => item).map(([first]) => first?.group)).toEqual([
      '',
      'apps',
      'serving.knative.dev',
    ]);
  });

  it('hold nothing where there is nothing', () => {
    expect(wavesOf([], (item: Identity) => item)).toEqual([]);
  });
});

function identity(text: string): Identity {
  const [group = '', kind = ''] = text.split('/');
  return { group, kind, namespace: 'shop', name: 'web' };
}
