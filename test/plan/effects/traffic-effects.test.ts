import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { objectIn } from '../../objects.ts';
import { created, deleted, effectsIn, service, unchanged, updated, workload } from './changes.ts';

const web = unchanged(workload());

describe('A Service', () => {
  const changed = (after: JsonObject) => effectsIn([updated(service(), service(after)), web]);

  it('sends its traffic to other pods, or to another port of them', () => {
    expect(changed({ selector: { app: 'web', track: 'new' } })).toEqual([
      { kind: 'moves-selector', from: 'app=web', to: 'app=web,track=new' },
    ]);
    expect(changed({ ports: [{ port: 80, protocol: 'TCP', targetPort: 'http' }] })).toEqual([
      { kind: 'changes-ports', closes: [], opens: [], moves: [{ port: '80', from: '8080', to: 'http' }] },
    ]);
    expect(
      changed({
        ports: [
          { port: 443, targetPort: 8080 },
          { port: 53, protocol: 'UDP' },
        ],
      }),
    ).toEqual([{ kind: 'changes-ports', closes: ['80'], opens: ['443', '53/UDP'], moves: [] }]);
    expect(changed({ sessionAffinity: 'ClientIP' })).toEqual([]);
  });

  it('is opened to the outside, and closed', () => {
    expect(changed({ type: 'LoadBalancer' })).toEqual([{ kind: 'exposes', type: 'LoadBalancer' }]);
    expect(effectsIn([created(service({ type: 'NodePort' })), web])).toEqual([{ kind: 'exposes', type: 'NodePort' }]);
    expect(effectsIn([updated(service({ type: 'LoadBalancer' }), service()), web])).toEqual([
      { kind: 'ends-exposure', type: 'LoadBalancer' },
    ]);
  });

  it('ends its traffic when it goes', () => {
    expect(effectsIn([deleted(service())])).toEqual([{ kind: 'ends-traffic' }]);
  });

  it('selects nothing only where the cluster was asked and knows no pod', () => {
    const one = created(service({ selector: { app: 'wbe' } }));
    expect(effectsIn([one, web])).toEqual([]);
    const neighbours = { live: new Map(), podless: new Set([one.subject.key]) };
    expect(effectsIn([one, web], neighbours)).toEqual([{ kind: 'selects-nothing' }]);
    const moved = updated(service(), service({ selector: { app: 'wbe' } }));
    expect(effectsIn([moved, web], neighbours), 'and no other pods').toEqual([{ kind: 'selects-nothing' }]);
  });

  it('is left by pods that change their labels', () => {
    const relabelled = updated(workload(), workload({ labels: { app: 'shop' } }));
    const leaves = { kind: 'leaves-services', services: [{ kind: 'Service', name: 'web' }] };
    expect(effectsIn([relabelled, unchanged(service())])).toMatchObject([leaves, { kind: 'restarts-pods' }]);
    const other = unchanged(workload({ name: 'other', labels: { app: 'web' } }));
    expect(effectsIn([relabelled, unchanged(service()), other]), 'others carry it on').toHaveLength(1);
    const follows = updated(service(), service({ selector: { app: 'shop' } }));
    expect(effectsIn([relabelled, follows]), 'it follows').toHaveLength(1);
  });
});

describe('An Ingress', () => {
  const rule = (host: string | null, backends: Readonly<Record<string, string>>) => ({
    ...(host === null ? {} : { host }),
    http: {
      paths: Object.entries(backends).map(([path, name]) => ({
        path,
        backend: { service: { name, port: { number: 80 } } },
      })),
    },
  });
  const ingress = (...rules: readonly JsonObject[]) =>
    objectIn('shop', 'networking.k8s.io/v1', 'Ingress', 'web', { spec: { rules } });
  const before = ingress(rule('a.example', { '/': 'web' }));

  it('loses a host and gets another one, and its paths go without saying', () => {
    expect(effectsIn([updated(before, ingress(rule('b.example', { '/': 'web' })))])).toEqual([
      { kind: 'moves-hosts', gone: ['a.example'], come: ['b.example'] },
    ]);
    expect(effectsIn([updated(before, ingress(rule(null, { '/': 'web' })))])).toEqual([
      { kind: 'moves-hosts', gone: ['a.example'], come: ['*'] },
    ]);
  });

  it('sends a path elsewhere', () => {
    expect(effectsIn([updated(before, ingress(rule('a.example', { '/': 'api', '/new': 'web' })))])).toEqual([
      {
        kind: 'moves-backends',
        moves: [
          { where: 'a.example/', from: 'web:80', to: 'api:80' },
          { where: 'a.example/new', from: null, to: 'web:80' },
        ],
      },
    ]);
  });

  it('ends its traffic when it goes', () => {
    expect(effectsIn([deleted(before)])).toEqual([{ kind: 'ends-traffic' }]);
  });
});

describe('A Gateway and its routes', () => {
  const route = (spec: JsonObject) => objectIn('shop', 'gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', { spec });
  const to = (...backendRefs: readonly JsonObject[]) => [{ matches: [{ path: { value: '/' } }], backendRefs }];

  it('lose hosts and get others', () => {
    const change = updated(
      route({ hostnames: ['a.example'], rules: [] }),
      route({ hostnames: ['b.example'], rules: [] }),
    );
    expect(effectsIn([change])).toEqual([{ kind: 'moves-hosts', gone: ['a.example'], come: ['b.example'] }]);
    const gateway = (hostname: string) =>
      objectIn('shop', 'gateway.networking.k8s.io/v1', 'Gateway', 'web', { spec: { listeners: [{ hostname }] } });
    expect(effectsIn([updated(gateway('a.example'), gateway('*.example'))])).toMatchObject([
      { kind: 'moves-hosts', gone: ['a.example'], come: ['*.example'] },
    ]);
  });

  it('send their traffic elsewhere, by weight', () => {
    const before = route({ rules: to({ name: 'web', port: 80 }) });
    const after = route({
      rules: to({ name: 'web', port: 80, weight: 9 }, { name: 'new', namespace: 'next', port: 80 }),
    });
    expect(effectsIn([updated(before, after)])).toEqual([
      {
        kind: 'moves-backends',
        moves: [{ where: '*/', from: 'web:80', to: 'web:80 (weight 9), next/new:80' }],
      },
    ]);
  });
});
