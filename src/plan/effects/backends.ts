import { field, listField, scalarText, textField } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { parseApiVersion } from '../../domain/manifest.ts';

const routeKinds = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];

/** Whether traffic comes in by it: an Ingress, or a Gateway and its routes (gateway-api.sigs.k8s.io). */
export function carriesHosts(object: JsonObject): boolean {
  return isIngress(object) || isRoute(object) || isOf(object, 'gateway.networking.k8s.io', ['Gateway']);
}

/** The host names by which traffic comes in, sorted; `*`: a rule for every host. */
export function hostsOf(object: JsonObject): readonly string[] {
  const hosts = isIngress(object)
    ? [
        ...listField(object, 'spec', 'rules').map(({ host }) => textOf(host) ?? '*'),
        ...(field(object, 'spec', 'defaultBackend') === undefined ? [] : ['*']),
      ]
    : isRoute(object)
      ? textsOf(field(object, 'spec', 'hostnames'))
      : listField(object, 'spec', 'listeners').map(({ hostname }) => textOf(hostname) ?? '*');
  return [...new Set(hosts)].toSorted();
}

/** Where traffic goes, by host and path (of a route by rule): `shop.example.com/api` → `api:80`. */
export function backendsOf(object: JsonObject): ReadonlyMap<string, string> {
  const backends = isIngress(object) ? ingressBackends(object) : isRoute(object) ? routeBackends(object) : [];
  return new Map(backends.map(({ where, names }) => [where, names.map(({ text }) => text).join(', ')]));
}

/** The Services of its own namespace that an Ingress sends traffic to. */
export function ingressServices(object: JsonObject): readonly string[] {
  return isIngress(object) ? servicesIn(ingressBackends(object)) : [];
}

/** The same of a route. What stands in another namespace is not among them. */
export function routeServices(object: JsonObject): readonly string[] {
  return isRoute(object) ? servicesIn(routeBackends(object)) : [];
}

interface Backend {
  readonly where: string;
  readonly names: readonly { readonly service: string | null; readonly text: string }[];
}

function servicesIn(backends: readonly Backend[]): readonly string[] {
  return backends.flatMap(({ names }) => names.flatMap(({ service }) => service ?? []));
}

function ingressBackends(object: JsonObject): readonly Backend[] {
  const rules = listField(object, 'spec', 'rules').flatMap((rule) =>
    listField(rule, 'http', 'paths').map(({ path, backend }) => ({
      where: `${textOf(rule['host']) ?? '*'}${textOf(path) ?? '/'}`,
      names: ingressBackend(backend),
    })),
  );
  const fallback = field(object, 'spec', 'defaultBackend');
  return fallback === undefined ? rules : [...rules, { where: '*', names: ingressBackend(fallback) }];
}

function ingressBackend(backend: Json | undefined): Backend['names'] {
  if (!isJsonObject(backend)) return [];
  const service = textField(backend, 'service', 'name');
  if (service !== undefined) {
    const port = field(backend, 'service', 'port', 'number') ?? field(backend, 'service', 'port', 'name');
    return [{ service, text: withPort(service, port) }];
  }
  const name = textField(backend, 'resource', 'name');
  return name === undefined ? [] : [{ service: null, text: `${textField(backend, 'resource', 'kind') ?? ''} ${name}` }];
}

function routeBackends(object: JsonObject): readonly Backend[] {
  const hosts = hostsOf(object);
  const host = hosts.length === 0 ? '*' : hosts.join(',');
  return listField(object, 'spec', 'rules').map((rule, index) => {
    const paths = listField(rule, 'matches').map((match) => textField(match, 'path', 'value') ?? '/');
    const where = paths.length === 0 ? (index === 0 ? '/' : ` rule ${index + 1}`) : paths.join(',');
    return { where: `${host}${where}`, names: listField(rule, 'backendRefs').flatMap(routeBackend) };
  });
}

function routeBackend({ kind, group, name, namespace, port, weight }: JsonObject): Backend['names'] {
  if (typeof name !== 'string') return [];
  const isService = (kind ?? 'Service') === 'Service' && (group ?? '') === '';
  const place = typeof namespace === 'string' ? `${namespace}/` : '';
  const share = weight === undefined || weight === 1 ? '' : ` (weight ${scalarText(weight)})`;
  const text = `${isService ? '' : `${scalarText(kind)} `}${place}${withPort(name, port)}${share}`;
  return [{ service: isService && place === '' ? name : null, text }];
}

function withPort(name: string, port: Json | undefined): string {
  return port === undefined ? name : `${name}:${scalarText(port)}`;
}

function isIngress(object: JsonObject): boolean {
  return isOf(object, 'networking.k8s.io', ['Ingress']) || isOf(object, 'extensions', ['Ingress']);
}

function isRoute(object: JsonObject): boolean {
  return isOf(object, 'gateway.networking.k8s.io', routeKinds);
}

function isOf(object: JsonObject, group: string, kinds: readonly string[]): boolean {
  const kind = textField(object, 'kind');
  return (
    kind !== undefined && kinds.includes(kind) && parseApiVersion(textField(object, 'apiVersion') ?? '').group === group
  );
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
