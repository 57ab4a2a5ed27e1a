import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { usedBy } from '../../../src/plan/relations/taken-amount.ts';
import { object } from '../../objects.ts';

const pods = { group: '', kind: 'Pod', plural: 'pods' };
const pod = (phase: string) =>
  object('v1', 'Pod', 'p', {
    spec: { containers: [{ name: 'c', resources: { requests: { cpu: '250m' } } }] },
    status: { phase },
  });
const service = (spec: JsonObject) => object('v1', 'Service', 's', { spec });
const services = { group: '', kind: 'Service', plural: 'services' };

describe('What lives takes of a quota', () => {
  it.each([
    ['its place and its requests', 'Running', { pods: 1, 'count/pods': 1, 'requests.cpu': 0.25 }],
    ['its place in the count alone, once it has ended', 'Succeeded', { pods: 0, 'count/pods': 1, 'requests.cpu': 0 }],
    ['the same once it has failed', 'Failed', { pods: 0, 'count/pods': 1, 'requests.cpu': 0 }],
  ])('as a pod: %s', (_name, phase, taken) => {
    for (const [resource, amount] of Object.entries(taken)) {
      expect(usedBy(pod(phase), resource, pods), resource).toBe(amount);
    }
  });

  it('as a Service: the ports that nodes give to it', () => {
    const two = [{ port: 80 }, { port: 443 }];
    expect(usedBy(service({ type: 'NodePort', ports: two }), 'services.nodeports', services)).toBe(2);
    expect(usedBy(service({ ports: two }), 'services.nodeports', services)).toBe(0);
  });

  it('as an object of any kind: one, by the name of the kind with its group', () => {
    const web = object('apps/v1', 'Deployment', 'web');
    const kind = { group: 'apps', kind: 'Deployment', plural: 'deployments' };
    expect(usedBy(web, 'count/deployments.apps', kind)).toBe(1);
    expect(usedBy(web, 'count/deployments.extensions', kind)).toBe(0);
  });
});
