import { textField } from '../../src/domain/field.ts';
import { isJsonObject, type Json } from '../../src/domain/json.ts';
import { type KubernetesObject, parseApiVersion } from '../../src/domain/manifest.ts';

/**
 * Names of its own for each environment of each case, so that any number of them live in one cluster at the same time:
 * its namespaces, and what it makes outside of namespaces, begin with the same letters. A definition keeps its name,
 * which is its kind's.
 */
export interface OwnNames {
  readonly renamed: (object: KubernetesObject) => KubernetesObject;
  readonly namespace: (written: string) => string;
  /** As it is written in the files. */
  readonly written: (name: string) => string;
}

/** `outside`: objects of the environment that live in no namespace, as they are written. */
export function ownNames(prefix: string, outside: readonly KubernetesObject[]): OwnNames {
  const own = (name: string): string => `${prefix}${name}`;
  const names = new Set(outside.filter(isRenamed).map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const renamed = (object: KubernetesObject): KubernetesObject => {
    const { metadata } = object;
    const name = names.has(`${object.kind}/${metadata.name}`) ? own(metadata.name) : metadata.name;
    const namespace = metadata.namespace ? { namespace: own(metadata.namespace) } : {};
    return withReferences({ ...object, metadata: { ...metadata, name, ...namespace } }, { own, names });
  };
  return {
    renamed,
    namespace: own,
    written: (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name),
  };
}

function isRenamed({ apiVersion, kind }: KubernetesObject): boolean {
  const { group } = parseApiVersion(apiVersion);
  return group !== 'apiextensions.k8s.io' && group !== 'apiregistration.k8s.io' && kind !== 'List';
}

interface Names {
  readonly own: (name: string) => string;
  readonly names: ReadonlySet<string>;
}

// What a binding names has to be there, else it would be another binding.
function withReferences(object: KubernetesObject, { own, names }: Names): KubernetesObject {
  if (!object.kind.endsWith('RoleBinding')) return object;
  const { subjects } = object;
  const [kind, name] = [textField(object, 'roleRef', 'kind'), textField(object, 'roleRef', 'name')];
  const roleRef = isJsonObject(object['roleRef']) ? object['roleRef'] : {};
  const isRenamed = name !== undefined && names.has(`${kind}/${name}`);
  return {
    ...object,
    ...(isRenamed ? { roleRef: { ...roleRef, name: own(name) } } : {}),
    ...(Array.isArray(subjects) ? { subjects: subjects.map((subject: Json) => withNamespace(subject, own)) } : {}),
  };
}

function withNamespace(subject: Json, own: Names['own']): Json {
  if (!isJsonObject(subject) || typeof subject['namespace'] !== 'string') return subject;
  return { ...subject, namespace: own(subject['namespace']) };
}
