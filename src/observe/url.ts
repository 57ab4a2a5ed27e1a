import { field, listField, numberField, textField } from '../domain/field.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { type Identity, type KubernetesObject, parseApiVersion } from '../domain/manifest.ts';
import type { ReleaseState } from '../domain/release.ts';

/**
 * Where people can open an environment, from what it releases: the hosts of its Ingresses and Gateway routes; where there
 * is none, of its Gateways, else of its Services' load balancers. What is there for longest comes first, so that what is
 * added later does not become the address of all.
 */
export function environmentAddress(
  objects: readonly KubernetesObject[],
): Pick<Extract<ReleaseState, { readonly kind: 'converged' }>, 'url' | 'alsoAt'> {
  const [url = null, ...others] = onePerHost(urlsOf(objects.toSorted(byAge)));
  if (others.length === 0) return { url };
  const urls = others.slice(0, 2);
  return { url, alsoAt: { urls, more: others.length - urls.length } };
}

function urlsOf(objects: readonly KubernetesObject[]): readonly string[] {
  const gateways = objects.filter((object) => isKind(object, 'gateway.networking.k8s.io', 'Gateway'));
  const hosts = objects.flatMap((object) => {
    if (isKind(object, 'networking.k8s.io', 'Ingress')) return ingressUrls(object);
    return isKind(object, 'gateway.networking.k8s.io', 'HTTPRoute') ? routeUrls(object, gateways) : [];
  });
  if (hosts.length > 0) return hosts;
  const listeners = gateways.flatMap(gatewayUrls);
  if (listeners.length > 0) return listeners;
  return objects.filter((object) => isKind(object, '', 'Service')).flatMap(serviceUrls);
}

function byAge({ metadata: left }: KubernetesObject, { metadata: right }: KubernetesObject): number {
  const [born, other] = [ageOf(left['creationTimestamp']), ageOf(right['creationTimestamp'])];
  if (born !== other) return born < other ? -1 : 1;
  return left.name < right.name ? -1 : 1;
}

/** ISO 8601, in whole seconds. */
function ageOf(creationTimestamp: Json | undefined): string {
  return typeof creationTimestamp === 'string' ? creationTimestamp : '';
}

/** The shortest path of each: where a person would begin. */
function onePerHost(urls: readonly string[]): readonly string[] {
  const shortest = new Map<string, string>();
  for (const url of urls) {
    const [, , host = ''] = url.split('/');
    const known = shortest.get(host);
    if (known === undefined || url.length < known.length) shortest.set(host, url);
  }
  return [...shortest.values()];
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
