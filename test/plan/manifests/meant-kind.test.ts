import { describe, expect, it } from 'vitest';
import { meantKind, meantWords } from '../../../src/plan/manifests/meant-kind.ts';

const listed = [
  { group: '', version: 'v1', kind: 'Pod', namespaced: true },
  { group: '', version: 'v1', kind: 'Service', namespaced: true },
  { group: 'apps', version: 'v1', kind: 'Deployment', namespaced: true },
  { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler', namespaced: true },
  { group: 'autoscaling', version: 'v1', kind: 'HorizontalPodAutoscaler', namespaced: true },
  { group: 'batch', version: 'v1', kind: 'CronJob', namespaced: true },
  { group: 'batch', version: 'v1', kind: 'Job', namespaced: true },
  { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', namespaced: true },
  { group: 'example.com', version: 'v1', kind: 'Widget', namespaced: true },
];

describe('What a manifest of a kind that is not served may have meant:', () => {
  it.each([
    ['batch/v1', 'Cronjob', 'did you mean CronJob?'],
    ['batch/v1', 'CronJobs', 'did you mean CronJob?'],
    ['apps/v1', 'deployment', 'did you mean Deployment?'],
    ['apps/v1beta1', 'Deployment', 'Deployment is served as apps/v1'],
    ['extensions/v1beta1', 'Ingress', 'Ingress is served as networking.k8s.io/v1'],
    ['v1', 'Deployment', 'Deployment is served as apps/v1'],
    ['apps/v1beta2', 'Deploymnet', 'did you mean Deployment, which is served as apps/v1?'],
    [
      'autoscaling/v2beta2',
      'HorizontalPodAutoscaler',
      'HorizontalPodAutoscaler is served as autoscaling/v2 and autoscaling/v1',
    ],
    ['example.com/v1', 'Wigdet', 'did you mean Widget?'],
    ['v1', 'Pods', 'did you mean Pod?'],
  ])('%s %s', (apiVersion, kind, words) => {
    const meant = meantKind({ apiVersion, kind }, listed);
    expect(meant && meantWords({ apiVersion, kind }, meant)).toBe(words);
  });

  it.each([
    ['nothing is near', 'apps/v1', 'Widget'],
    ['a short name is near every other', 'v1', 'Pub'],
    ['it is a kind of somebody else', 'serving.knative.dev/v1', 'Service'],
    ['a kind of somebody else is near', 'v1', 'Widget'],
  ])('nothing, where %s', (_why, apiVersion, kind) => {
    expect(meantKind({ apiVersion, kind }, listed)).toBeNull();
  });
});
