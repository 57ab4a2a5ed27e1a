import type { Effect } from '../../domain/effect.ts';
import { listField, scalarText, textField } from '../../domain/field.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Judgement } from '../judgement.ts';

const group = 'rbac.authorization.k8s.io';

/** Rules that a role did not have, and subjects that a binding did not name. */
export function roleEffects({ subject, action, before, after }: Judgement): readonly Effect[] {
  const { reference } = subject;
  if (reference.group !== group || after === null) return [];
  if (action !== 'create' && action !== 'update' && action !== 'replace') return [];
  return reference.kind === 'Role' || reference.kind === 'ClusterRole'
    ? grants(before, after)
    : bindings(before, after);
}

/** One thing that a role allows: a verb on a resource (or a path), perhaps of some names only. */
interface Power {
  readonly verb: string;
  /** `pods`, `deployments.apps`, `*.apps`, `*.core` (all of the group without a name), `*`, `/metrics`. */
  readonly what: string;
  /** Empty: of every name. */
  readonly names: readonly string[];
}

function grants(before: JsonObject | null, after: JsonObject): readonly Effect[] {
  const had = before === null ? [] : powersOf(before);
  const added = powersOf(after).filter((power) => !had.some((one) => covers(one, power)));
  if (added.length === 0) return [];
  // Of many rules the first are named.
  const gravestFirst = [...added.filter(isGrave), ...added.filter((power) => !isGrave(power))];
  const rules = [...Map.groupBy(gravestFirst, whereText)].map(([where, powers]) => {
    const verbs = [...new Set(powers.map(({ verb }) => (verb === '*' ? 'do anything with' : verb)))];
    return `${verbs.join(', ')} ${where}`;
  });
  return [{ kind: 'grants', rules, grave: added.some(isGrave) }];
}

function whereText({ what, names }: Power): string {
  return `${what === '*' ? 'every resource' : what}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
}

function powersOf(role: JsonObject): readonly Power[] {
  return listField(role, 'rules').flatMap((rule) => {
    const verbs = texts(rule['verbs']);
    const names = texts(rule['resourceNames']);
    const resources = texts(rule['resources']).flatMap((resource) =>
      texts(rule['apiGroups']).map((apiGroup) => resourceText(resource, apiGroup)),
    );
    const paths = texts(rule['nonResourceURLs']).map((path) => (path === '*' ? '/*' : path));
    return [...resources, ...paths].flatMap((what) => verbs.map((verb) => ({ verb, what, names })));
  });
}

function resourceText(resource: string, apiGroup: string): string {
  if (apiGroup === '*') return resource === '*' ? '*' : `${resource}.*`;
  if (apiGroup === '') return resource === '*' ? everyCore : resource;
  return `${resource}.${apiGroup}`;
}

// What was allowed with a star was allowed by name, too.
function covers(had: Power, power: Power): boolean {
  const verb = had.verb === '*' || had.verb === power.verb;
  const isNamed = power.names.length > 0 && power.names.every((name) => had.names.includes(name));
  return verb && includes(had.what, power.what) && (had.names.length === 0 || isNamed);
}

/** No group is called so. */
const everyCore = '*.core';

function includes(had: string, what: string): boolean {
  if (had === what) return true;
  // kubernetes.io/docs/reference/access-authn-authz/rbac: a path may end with a star, and is no resource.
  if (what.startsWith('/')) return had.startsWith('/') && had.endsWith('*') && what.startsWith(had.slice(0, -1));
  const [resource = '', ...group] = what.split('.');
  const everyInGroup = group.length === 0 ? everyCore : `*.${group.join('.')}`;
  return had === '*' || had === everyInGroup || had === `${resource}.*`;
}

const graveVerbs = ['escalate', 'bind', 'impersonate'];
const reading = ['get', 'list', 'watch', '*'];
/** All verbs on these are the grave ones, too. */
const whoMay = /^(?:(?:cluster)?roles(?:\.|$)|(?:users|groups|serviceaccounts)$)/;

function isGrave({ verb, what }: Power): boolean {
  // Who can run a command in a pod has all that the pod has.
  const grave = what === '*' || what.startsWith('*.') || what === 'pods/exec' || what === 'serviceaccounts/token';
  return (
    graveVerbs.includes(verb) ||
    grave ||
    (verb === '*' && whoMay.test(what)) ||
    (what === 'secrets' && reading.includes(verb))
  );
}

const everybody = ['system:authenticated', 'system:unauthenticated', 'system:anonymous', 'system:serviceaccounts'];
const allPowerful = ['cluster-admin', 'admin', 'edit'];

function bindings(before: JsonObject | null, after: JsonObject): readonly Effect[] {
  const role = roleText(after);
  // Another role is another binding for everybody that it names.
  const had = before === null || roleText(before) !== role ? [] : subjectsOf(before);
  const subjects = subjectsOf(after).filter((subject) => !had.includes(subject));
  if (subjects.length === 0) return [];
  const wide = subjects.some((subject) => everybody.some((name) => subject.endsWith(` ${name}`)));
  const name = textField(after, 'roleRef', 'name') ?? '';
  // Within one namespace, `admin` and `edit` are what teams have.
  const powerful = after['kind'] === 'ClusterRoleBinding' ? allPowerful : ['cluster-admin'];
  return [{ kind: 'binds', subjects, role, grave: wide || powerful.includes(name) }];
}

function roleText(binding: JsonObject): string {
  return `${textField(binding, 'roleRef', 'kind') ?? 'Role'} ${textField(binding, 'roleRef', 'name') ?? ''}`;
}

/** `Group system:authenticated`, `ServiceAccount shop/web`. */
function subjectsOf(binding: JsonObject): readonly string[] {
  return listField(binding, 'subjects').map(({ kind, namespace, name }) => {
    const place = typeof namespace === 'string' ? `${namespace}/` : '';
    return `${scalarText(kind)} ${place}${scalarText(name)}`;
  });
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
