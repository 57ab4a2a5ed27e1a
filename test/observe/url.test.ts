import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { environmentAddress } from '../../src/observe/url.ts';
import { object } from '../objects.ts';

const gateways = 'gateway.networking.k8s.io/v1';

describe('the address of an environment', () => {
  it('is the host of its Ingress, by the scheme that its certificates tell', () => {
    const rules = [{ host: 'shop.example.com', http: { paths: [{ path: '/basket' }] } }];
    expect(environmentUrl([ingress({ rules })])).toBe('http://shop.example.com/basket');
    expect(environmentUrl([ingress({ rules, tls: [{ hosts: ['shop.example.com'] }] })])).toBe(
      'https://shop.example.com/basket',
    );
    expect(environmentUrl([ingress({ rules, tls: [{ hosts: ['*.com'] }] })])).toBe('http://shop.example.com/basket');
  });

  it('is nothing that cannot be opened: a wildcard, or a path that is a pattern', () => {
    expect(environmentUrl([ingress({ rules: [{ host: '*.example.com' }, {}] })])).toBeNull();
    const paths = [{ path: '/api(/|$)(.*)' }];
    expect(environmentUrl([ingress({ rules: [{ host: 'a.example.com', http: { paths } }] })])).toBe(
      'http://a.example.com/',
    );
  });

  it('is the host of a route, secured where its gateway is', () => {
    const route = object(gateways, 'HTTPRoute', 'web', {
      spec: { parentRefs: [{ name: 'edge' }], hostnames: ['shop.example.com'] },
    });
    const gateway = (listener: JsonObject) => object(gateways, 'Gateway', 'edge', { spec: { listeners: [listener] } });
    expect(environmentUrl([route])).toBe('http://shop.example.com/');
    expect(environmentUrl([route, gateway({ protocol: 'HTTPS' })])).toBe('https://shop.example.com/');
    expect(environmentUrl([route, gateway({ protocol: 'HTTPS', hostname: '*.other.com' })])).toBe(
      'http://shop.example.com/',
    );
  });

  it('is the load balancer of a Service where there is nothing better', () => {
    const service = (ports: readonly number[], entry: JsonObject) =>
      object('v1', 'Service', 'web', {
        spec: { ports: ports.map((port) => ({ port })) },
        status: { loadBalancer: { ingress: [entry] } },
      });
    expect(environmentUrl([service([80, 443], { hostname: 'lb.example.com' })])).toBe('https://lb.example.com/');
    expect(environmentUrl([service([8080], { ip: '192.0.2.1' })])).toBe('http://192.0.2.1:8080/');
    expect(environmentUrl([service([80], { ip: '2001:db8::1' })])).toBe('http://[2001:db8::1]/');
    const rules = [{ host: 'shop.example.com' }];
    expect(environmentUrl([service([80], { ip: '192.0.2.1' }), ingress({ rules })])).toBe('http://shop.example.com/');
  });

  it('stays what it was when another is added, which is named as well', () => {
    const at = (host: string) => ({ rules: [{ host }] });
    const web = ingress(at('shop.example.com'), 'web', '2026-11-20T14:00:00Z');
    const later = (name: string) => ingress(at(`${name}.example.com`), name, '2026-11-21T14:00:00Z');
    expect(environmentAddress([later('db'), web])).toEqual({
      url: 'http://shop.example.com/',
      alsoAt: { urls: ['http://db.example.com/'], more: 0 },
    });
    expect(environmentAddress(['d', 'b', 'c', 'a'].map(later))).toEqual({
      url: 'http://a.example.com/',
      alsoAt: { urls: ['http://b.example.com/', 'http://c.example.com/'], more: 1 },
    });
  });

  it('is said once for each host, where one would begin', () => {
    const path = (of: string) => ({ rules: [{ host: 'a.example.com', http: { paths: [{ path: of }] } }] });
    const both = [ingress(path('/api'), 'api'), ingress(path('/'), 'web')];
    expect(environmentAddress(both)).toEqual({ url: 'http://a.example.com/' });
  });

  it('is none where nothing can be opened from outside', () => {
    expect(environmentUrl([object('v1', 'Service', 'web', { spec: { ports: [{ port: 80 }] } })])).toBeNull();
    expect(environmentUrl([])).toBeNull();
  });
});

function environmentUrl(objects: readonly KubernetesObject[]): string | null {
  return environmentAddress(objects).url;
}

function ingress(spec: JsonObject, name = 'web', creationTimestamp = '2026-11-20T14:00:00Z') {
  return { ...object('networking.k8s.io/v1', 'Ingress', name, { spec }), metadata: { name, creationTimestamp } };
}
