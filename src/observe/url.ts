import { field, listField, numberField, textField } from '../domain/field.ts';
import type { JsonObject } from '../domain/json.ts';
import { type Identity, type KubernetesObject, parseApiVersion } from '../domain/manifest.ts';

/**
 * Where people can open an environment, from what it releases: an Ingress' host, a Gateway route's, or a Service's
 * load balancer, in this order; the first by name. null: it has no address that can be opened.
 */
export function environmentUrl(objects: readonly KubernetesObject[]): string | null {
  const sorted = objects.toSorted((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
  const gateways = sorted.filter((object) => isKind(object, 'gateway.networking.k8s.io', 'Gateway'));
  const urls = [
    ...sorted.filter((object) => isKind(object, 'networking.k8s.io', 'Ingress')).flatMap(ingressUrls),
    ...sorted
      .filter((object) => isKind(object, 'gateway.networking.k8s.io', 'HTTPRoute'))
      .flatMap((route) => routeUrls(route, gateways)),
    ...gateways.flatMap(gatewayUrls),
    ...sorted.filter((object) => isKind(object, '', 'Service')).flatMap(serviceUrls),
  ];
  return urls[0] ?? null;
}

/** Kinds that an address can come from: no others need be read. */
export function mayHaveUrl({ group, kind }: Pick<Identity, 'group' | 'kind'>): boolean {
  return sources.has(`${group}/${kind}`);
}

const sources: ReadonlySet<string> = new Set([
  '/Service',
  'gateway.networking.k8s.io/Gateway',
  'gateway.networking.k8s.io/HTTPRoute',
  'networking.k8s.io/Ingress',
]);

function isKind(object: KubernetesObject, group: string, kind: string): boolean {
  return object.kind === kind && parseApiVersion(object.apiVersion).group === group;
}

function ingressUrls(ingress: KubernetesObject): readonly string[] {
  const secured = listField(ingress, 'spec', 'tls').flatMap((entry) => textsOf(entry, 'hosts'));
  return listField(ingress, 'spec', 'rules').flatMap((rule) => {
    const host = textField(rule, 'host');
    if (host === undefined || !isHost(host)) return [];
    const scheme = secured.some((name) => covers(name, host)) ? 'https' : 'http';
    const [first] = listField(rule, 'http', 'paths');
    return [`${scheme}://${host}${plainPath(first)}`];
  });
}

/** A path that can be opened as it stands: no regular expression, no wildcard. */
function plainPath(entry: JsonObject | undefined): string {
  const path = (entry && textField(entry, 'path')) ?? '/';
  return /^\/[\w\-./]*$/.test(path) ? path : '/';
}

function routeUrls(route: KubernetesObject, gateways: readonly KubernetesObject[]): readonly string[] {
  const parents = listField(route, 'spec', 'parentRefs').map((parent) => textField(parent, 'name'));
  const listeners = gateways
    .filter((gateway) => parents.includes(gateway.metadata.name))
    .flatMap((gateway) => listField(gateway, 'spec', 'listeners'));
  return textsOf(route, 'spec', 'hostnames')
    .filter(isHost)
    .map((host) => `${isSecured(listeners, host) ? 'https' : 'http'}://${host}/`);
}

function isSecured(listeners: readonly JsonObject[], host: string): boolean {
  return listeners.some((listener) => {
    const name = textField(listener, 'hostname');
    return textField(listener, 'protocol') === 'HTTPS' && (name === undefined || covers(name, host));
  });
}

function gatewayUrls(gateway: KubernetesObject): readonly string[] {
  return listField(gateway, 'spec', 'listeners').flatMap((listener) => {
    const host = textField(listener, 'hostname');
    const protocol = textField(listener, 'protocol');
    if (host === undefined || !isHost(host) || (protocol !== 'HTTP' && protocol !== 'HTTPS')) return [];
    return [`${protocol.toLowerCase()}://${host}/`];
  });
}

function serviceUrls(service: KubernetesObject): readonly string[] {
  const ports = listField(service, 'spec', 'ports').map((port) => numberField(port, 'port'));
  const port = ports.includes(443) ? 443 : (ports.find((candidate) => candidate === 80) ?? ports[0]);
  return listField(service, 'status', 'loadBalancer', 'ingress').flatMap((entry) => {
    const host = textField(entry, 'hostname') ?? textField(entry, 'ip');
    if (host === undefined || port === undefined) return [];
    const authority = host.includes(':') ? `[${host}]` : host;
    if (port === 443) return [`https://${authority}/`];
    return [`http://${authority}${port === 80 ? '' : `:${port}`}/`];
  });
}

function textsOf(object: JsonObject, ...path: readonly string[]): readonly string[] {
  const value = field(object, ...path);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isHost(host: string): boolean {
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host);
}

/** A wildcard stands for one label: `*.example.com` covers `shop.example.com`. */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1));
}
