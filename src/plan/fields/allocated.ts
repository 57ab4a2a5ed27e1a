import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { contentOf } from './content.ts';
import { valueAt } from './path.ts';

/** Stands where the API server will choose a value: what a dry run names there is not what the apply will get. */
export const allocated = '(allocated by the cluster)';

/**
 * What an object will say, with `allocated` in the place of every value the server makes up anew: two dry runs name
 * two different ones (a Service's addresses and node ports, a Job's controller UID). What the manifest sets is not
 * allocated, and what lives was allocated before and stays (`live` null: nothing lives).
 */
export function predictedContent(
  object: KubernetesObject,
  manifest: KubernetesObject | null,
  live: KubernetesObject | null,
): JsonObject {
  const content = contentOf(object);
  const known = { manifest: manifest ?? {}, live };
  if (object.kind === 'Service' && isJsonObject(content['spec'])) {
    return { ...content, spec: serviceSpec(content['spec'], known) };
  }
  return object.kind === 'Job' && live === null ? newJob(content, known) : content;
}

interface Known {
  readonly manifest: JsonObject;
  readonly live: JsonObject | null;
}

function serviceSpec(spec: JsonObject, { manifest, live }: Known): JsonObject {
  const settled = { ...spec };
  for (const field of ['clusterIP', 'clusterIPs', 'healthCheckNodePort']) {
    const path = ['spec', field];
    // A headless Service says `None` by itself: a word, no address.
    const fromGit = valueAt(manifest, path) !== undefined || valueAt(manifest, ['spec', 'clusterIP']) !== undefined;
    if (spec[field] === undefined || fromGit || valueAt(live ?? undefined, path) !== undefined) continue;
    settled[field] = Array.isArray(spec[field]) ? [allocated] : allocated;
  }
  const portsThere = [...portsOf(manifest), ...(live === null ? [] : portsOf(live))];
  const ports = Array.isArray(spec['ports']) ? spec['ports'] : [];
  settled['ports'] = ports.map((port: Json) => {
    if (!isJsonObject(port) || port['nodePort'] === undefined) return port;
    return portsThere.some((one) => one['nodePort'] === port['nodePort']) ? port : { ...port, nodePort: allocated };
  });
  return settled;
}

function portsOf(service: JsonObject): readonly JsonObject[] {
  const ports = valueAt(service, ['spec', 'ports']);
  return Array.isArray(ports) ? ports.filter((port: Json): port is JsonObject => isJsonObject(port)) : [];
}

const controllerUid: ReadonlySet<string> = new Set(['controller-uid', 'batch.kubernetes.io/controller-uid']);

function newJob(job: JsonObject, { manifest }: Known): JsonObject {
  // With `manualSelector` the labels are Git's own.
  if (valueAt(manifest, ['spec', 'manualSelector']) === true) return job;
  return replaceMembers(job, controllerUid) as JsonObject;
}

function replaceMembers(value: Json, names: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return value.map((item: Json) => replaceMembers(item, names));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      names.has(name) ? allocated : member === undefined ? member : replaceMembers(member, names),
    ]),
  );
}
