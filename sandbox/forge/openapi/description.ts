import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import { corrections } from './corrections.ts';
import { jsonSchemaOf } from './json-schema.ts';

/** One operation of GitHub's REST API, as its OpenAPI description has it. */
export interface Operation {
  /** `METHOD /path/{parameter}`: the key of routes, permissions and limits. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly string[];
  readonly pattern: RegExp;
}

export interface Match {
  readonly operation: Operation;
  /** Path parameters, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

type Node = Readonly<Record<string, unknown>>;

const methods = ['get', 'put', 'post', 'patch', 'delete'];
// These may hold slashes: curl sends a branch or a path as it is, Octokit encodes it.
const spanning = new Set(['path', 'ref', 'branch', 'basehead']);

const description = loadDescription();
const ajv = createAjv(description);
const compiled = new Map<string, ValidateFunction>();

/** Every operation there is: what is not here, the local GitHub cannot have. The most specific path comes first. */
export const operations: readonly Operation[] = listOperations();

export const webhookNames: readonly string[] = Object.keys(child(description, 'x-webhooks'));

export function matchOperation(method: string, pathname: string): Match | undefined {
  for (const operation of operations) {
    if (operation.method !== method) continue;
    const found = operation.pattern.exec(pathname);
    if (found === null) continue;
    const path: Record<string, string> = {};
    for (const [index, name] of operation.parameters.entries()) path[name] = decode(found[index + 1] ?? '');
    return { operation, path };
  }
  return undefined;
}

/** What GitHub's description says against a query; parameters it does not know are `unknown`: GitHub ignores them. */
export function judgeQuery(operation: Operation, query: URLSearchParams): { errors: string[]; unknown: string[] } {
  const declared = queryParameters(operation);
  const errors: string[] = [];
  for (const [name, schema] of declared) {
    const given = query.get(name);
    if (given === null) continue;
    const type = [schema['type']].flat();
    if (type.includes('integer') && !/^-?\d+$/.test(given)) errors.push(`query ${name} is not an integer`);
    const values = schema['enum'];
    if (Array.isArray(values) && !values.map(String).includes(given)) {
      errors.push(`query ${name} is none of ${values.join(', ')}`);
    }
  }
  return { errors, unknown: [...query.keys()].filter((name) => !declared.has(name)) };
}

/** What GitHub's description says against a request's body; keys it does not know are `unknown`. */
export function judgeRequest(operation: Operation, body: unknown): { errors: string[]; unknown: string[] } {
  const request = resolve(child(operationNode(operation), 'requestBody'));
  const schema = jsonSchemaIn(request);
  if (schema === undefined) return { errors: [], unknown: Object.keys(body ?? {}) };
  if (body === undefined) return { errors: request['required'] === true ? ['a body is required'] : [], unknown: [] };
  const errors = judge(`${operationPointer(operation)}/requestBody/content/application~1json/schema`, body);
  const known = propertiesOf(schema);
  const keys = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body) : [];
  return { errors, unknown: known === undefined ? [] : keys.filter((key) => !known.has(key)) };
}

/** What GitHub's description says against an answer of ours. */
export function judgeResponse(operation: Operation, status: number, body: unknown): string[] {
  const responses = child(operationNode(operation), 'responses');
  const written = responses[String(status)];
  if (written === undefined) return isCommonRefusal(status) ? [] : [`status ${status} is not documented`];
  const response = resolve(written);
  if (jsonSchemaIn(response) === undefined) return body === undefined ? [] : [`status ${status} has no JSON body`];
  const start = pointerOf(written) ?? `${operationPointer(operation)}/responses/${status}`;
  return judge(`${start}/content/application~1json/schema`, body);
}

/** What GitHub's description says against a webhook's payload. */
export function judgeWebhook(event: string, action: string | null, payload: unknown): string[] {
  const name = (action === null ? event : `${event}-${action}`).replaceAll('_', '-');
  if (!webhookNames.includes(name)) return [`GitHub has no webhook ${name}`];
  return judge(`/x-webhooks/${name}/post/requestBody/content/application~1json/schema`, payload);
}

function loadDescription(): Node {
  const file = new URL('./github-openapi.trimmed.json', import.meta.url);
  let loaded: Node = asNode(JSON.parse(readFileSync(file, 'utf8')));
  for (const { path, correct } of corrections) loaded = replaceAt(loaded, path, correct);
  return asNode(jsonSchemaOf(loaded));
}

function replaceAt(node: Node, path: readonly string[], replace: (found: Node) => Node): Node {
  const [key, ...rest] = path;
  if (key === undefined) return replace(node);
  if (!(key in node)) throw new Error(`the description has no ${key} to correct`);
  return { ...node, [key]: replaceAt(child(node, key), rest, replace) };
}

function createAjv(schema: Node): Ajv {
  const validator = new Ajv({ strict: false, allErrors: true, logger: false });
  ajvFormats.default(validator);
  // Formats of GitHub's own, and one that git does not keep: an author's address need not have a dot.
  for (const format of ['timestamp', 'ssh-url', 'repo.nwo', 'binary', 'repository']) validator.addFormat(format, true);
  validator.addFormat('email', /@/);
  // An absent address is "", which is the description's own default for a deployment status's.
  validator.addFormat('uri', /^$|^[a-z][a-z0-9+.-]*:/i);
  validator.addSchema(schema, 'github');
  return validator;
}

function listOperations(): Operation[] {
  const found: Operation[] = [];
  for (const [path, item] of Object.entries(child(description, 'paths'))) {
    for (const method of methods.filter((candidate) => candidate in asNode(item))) {
      const parameters: string[] = [];
      const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      const source = escaped.replace(/\{([^}]+)\}/g, (_, name: string) => {
        parameters.push(name);
        return spanning.has(name) ? '(.*)' : '([^/]+)';
      });
      // The root of a repository, and the archive of its default branch, may do without the last slash.
      const lenient = source.replace(/\/\(\.\*\)$/, '(?:/(.*))?');
      const key = `${method.toUpperCase()} ${path}`;
      found.push({ key, method: method.toUpperCase(), path, parameters, pattern: new RegExp(`^${lenient}$`) });
    }
  }
  return found.sort((left, right) => fixedSegments(right) - fixedSegments(left));
}

function fixedSegments(operation: Operation): number {
  return operation.path.split('/').filter((segment) => !segment.startsWith('{')).length;
}

function queryParameters(operation: Operation): Map<string, Node> {
  const item = child(child(description, 'paths'), operation.path);
  const written = [item['parameters'], operationNode(operation)['parameters']].flat().filter((entry) => entry);
  const parameters = written.map(resolve).filter((parameter) => parameter['in'] === 'query');
  return new Map(parameters.map((parameter) => [String(parameter['name']), resolve(parameter['schema'])]));
}

function judge(pointer: string, value: unknown): string[] {
  const reference = `github#${pointer.split('/').map(encodeURIComponent).join('/')}`;
  const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
  compiled.set(reference, validate);
  return validate(value) ? [] : (validate.errors ?? []).map(sentence);
}

function sentence(error: ErrorObject): string {
  const extra = error.keyword === 'enum' ? ` (${JSON.stringify(error.params['allowedValues'])})` : '';
  return `${error.instancePath || '/'} ${error.message ?? error.keyword}${extra}`;
}

// The description lists these for some operations only; GitHub answers them everywhere.
function isCommonRefusal(status: number): boolean {
  return [304, 400, 401, 403, 404, 422, 429].includes(status) || status >= 500;
}

function propertiesOf(schema: Node): Set<string> | undefined {
  const target = resolve(schema);
  const branches = ['oneOf', 'anyOf', 'allOf'].some((key) => key in target);
  const properties = target['properties'];
  return branches && properties === undefined ? undefined : new Set(Object.keys(asNode(properties ?? {})));
}

function operationNode(operation: Operation): Node {
  return child(child(child(description, 'paths'), operation.path), operation.method.toLowerCase());
}

function operationPointer(operation: Operation): string {
  return `/paths/${operation.path.replaceAll('~', '~0').replaceAll('/', '~1')}/${operation.method.toLowerCase()}`;
}

function jsonSchemaIn(holder: Node): Node | undefined {
  const content = child(child(holder, 'content'), 'application/json');
  return content['schema'] === undefined ? undefined : asNode(content['schema']);
}

function pointerOf(node: unknown): string | undefined {
  const reference = asNode(node)['$ref'];
  return typeof reference === 'string' ? reference.slice(1) : undefined;
}

function resolve(node: unknown): Node {
  const pointer = pointerOf(node);
  if (pointer === undefined) return asNode(node);
  const keys = pointer.split('/').slice(1);
  return resolve(
    keys.reduce<Node>((at, key) => child(at, key.replaceAll('~1', '/').replaceAll('~0', '~')), description),
  );
}

function child(node: Node, key: string): Node {
  return asNode(node[key]);
}

function asNode(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {};
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
