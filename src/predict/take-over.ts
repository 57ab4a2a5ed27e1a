import type { Json, JsonObject } from '../domain/json.ts';
import { sameJson } from '../domain/json.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import type { ApplyOutcome } from '../domain/prediction.ts';
import { sameContent } from '../plan/fields/content.ts';
import { fieldsAfter, withoutDropped } from '../plan/fields/takeover/dropped-fields.ts';
import { withForeign } from '../plan/fields/takeover/foreign-takeover.ts';
import { migratedFields } from '../plan/fields/takeover/migrated-fields.ts';
import { overlaid } from '../plan/fields/takeover/overlaid.ts';
import { takeoverOf } from '../plan/fields/takeover/predecessors.ts';
import type { PatchOperation } from '../ports/cluster.ts';
import type { Conversation, Question } from './conversation.ts';
import { type DryRunOutcome, isStale } from './dry-run.ts';

/**
 * The same question about an object whose predecessors' fields are ours by then: what each manifest leaves out of these
 * goes. Their removal is computed and then asked about, as a dry-run patch of the very state that lives.
 */
export function takingOver(question: Question, { cluster, environment, signal }: Conversation): Question {
  const { live, subject } = question;
  const manifests = [subject.released, subject.base, subject.merged];
  const predecessors = takeoverOf(live.object, manifests, environment);
  const takeover = withForeign(predecessors, live.object, manifests, environment);
  if (takeover === null) return question;
  const object = withManagedFields(live.object, migratedFields(live.object, takeover) ?? []);
  const patch = async (wanted: KubernetesObject): Promise<ApplyOutcome> => {
    const { uid = '', resourceVersion = '' } = live.object.metadata;
    const operations = operationsBetween(live.object, wanted);
    const request = { reference: subject.reference, uid, resourceVersion, operations, dryRun: true };
    return await cluster.patch(request, signal);
  };
  const removing = async (applied: Accepted): Promise<DryRunOutcome> => {
    const managedFields = fieldsAfter(applied.object, live.object, takeover);
    const dropped = withoutDropped(applied.object, live.object, takeover);
    if (sameContent(dropped.object, applied.object)) {
      return { ...applied, object: withManagedFields(applied.object, managedFields) };
    }
    const outcome = await patch(dropped.object);
    if (outcome.kind !== 'accepted') return outcome;
    const warnings = [...new Set([...applied.warnings, ...outcome.warnings])];
    const object = withManagedFields(outcome.object, managedFields);
    return { ...outcome, object, warnings, ...(dropped.doubt === null ? {} : { doubt: dropped.doubt }) };
  };
  const merging = async (manifest: KubernetesObject): Promise<DryRunOutcome | null> => {
    const outcome = await patch(overlaid(live.object, manifest, takeover));
    if (outcome.kind !== 'accepted') return null;
    return { ...outcome, object: withManagedFields(outcome.object, object.metadata.managedFields ?? []), doubt };
  };
  return {
    ...question,
    takeover: { takeover, object },
    dryRun: async (manifest, of) => {
      const outcome = await question.dryRun(manifest, of);
      // Fields of another version have other names: what they drop cannot be told.
      if (manifest.apiVersion !== live.object.apiVersion || isStale(outcome, of)) return outcome;
      if (outcome.kind === 'accepted') return await removing(outcome);
      const isInvalid = outcome.kind === 'refused' && outcome.refusal.reason === 'invalid';
      return isInvalid ? ((await merging(manifest)) ?? outcome) : outcome;
    },
  };
}

const doubt = 'it is merged here: the API server refuses it as long as what Git drops is there';

function withManagedFields(object: KubernetesObject, managedFields: readonly Json[]): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

type Accepted = Extract<ApplyOutcome, { readonly kind: 'accepted' }>;

/** What makes one of the other, member by member: what the API server keeps itself is left to it. */
function operationsBetween(live: KubernetesObject, wanted: KubernetesObject): readonly PatchOperation[] {
  return [
    ...membersBetween('', live, wanted, ['apiVersion', 'kind', 'metadata', 'status']),
    ...membersBetween('/metadata', live.metadata, wanted.metadata, serversOwn),
  ];
}

const serversOwn = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];

function membersBetween(
  parent: string,
  live: JsonObject,
  wanted: JsonObject,
  left: readonly string[],
): readonly PatchOperation[] {
  const names = [...new Set([...Object.keys(live), ...Object.keys(wanted)])];
  return names
    .filter((name) => !left.includes(name) && !sameJson(live[name], wanted[name]))
    .map((name): PatchOperation => {
      const path = `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const value = wanted[name];
      return value === undefined ? { op: 'remove', path } : { op: 'add', path, value };
    });
}
