import { textField } from '../../domain/field.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { parseApiVersion } from '../../domain/manifest.ts';
import { valueAt } from '../fields/path.ts';

/** Where the kinds that make pods hold their template (kubernetes.io/docs/concepts/workloads); a Pod is its own. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
const groups = ['', 'apps', 'batch', 'extensions'];

/** The path of an object's pod template; null: it makes no pods. */
function podTemplatePath(object: JsonObject): readonly string[] | null {
  const kind = textField(object, 'kind') ?? '';
  const { group } = parseApiVersion(textField(object, 'apiVersion') ?? '');
  return groups.includes(group) && Object.hasOwn(templates, kind) ? (templates[kind] ?? null) : null;
}

/** The pods that an object makes: their `metadata` and `spec`; null: none. */
export function podTemplateOf(object: JsonObject): JsonObject | null {
  const path = podTemplatePath(object);
  const template = path === null ? undefined : valueAt(object, path);
  return isJsonObject(template) ? template : null;
}
