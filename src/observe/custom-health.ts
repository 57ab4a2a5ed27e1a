import { field, listField, numberField, textField } from '../domain/field.ts';
import type { Health } from '../domain/health.ts';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import { type Condition, conditionFrom, conditionReason, conditionsOf } from './condition.ts';
import { reportsStatus } from './reports-status.ts';

/**
 * Kinds of others: judged by the words that controllers share. A condition, a phase or a count that plainly says
 * "not there" is believed; what is not understood is healthy by being there, as kstatus has it. A kind whose
 * controller is known to report, and has not, is waited for.
 */
export function customHealth(object: KubernetesObject, group: string): Health {
  const status = field(object, 'status');
  if (!isJsonObject(status) || Object.keys(status).length === 0) {
    return reportsStatus(group)
      ? { kind: 'progressing', reason: 'its controller has reported nothing yet' }
      : { kind: 'healthy' };
  }
  const conditions = [...conditionsOf(object), ...nestedConditions(status)];
  return ofConditions(conditions, object) ?? ofWords(status) ?? ofCounts(object) ?? { kind: 'healthy' };
}

/** Gateway API keeps conditions for each parent, ancestor and listener; Crossplane stacks one level down. */
function nestedConditions(status: JsonObject): readonly Condition[] {
  const places = [
    ...listField(status, 'parents'),
    ...listField(status, 'ancestors'),
    ...listField(status, 'listeners'),
    ...[field(status, 'conditionedStatus'), field(status, 'podStatus')].filter(isJsonObject),
  ];
  return places.flatMap((place) => listField(place, 'conditions').map(conditionFrom));
}

function ofConditions(conditions: readonly Condition[], object: KubernetesObject): Health | null {
  const generation = numberField(object, 'metadata', 'generation');
  const stale = conditions.find(
    (condition) =>
      summaryTypes.test(condition.type) &&
      generation !== undefined &&
      (condition.observedGeneration ?? generation) < generation,
  );
  if (stale !== undefined) return { kind: 'progressing', reason: 'its controller has not seen the latest change yet' };
  const failed = conditions.find((condition) => failureTypes.test(condition.type) && condition.status === 'True');
  if (failed !== undefined) return { kind: 'progressing', reason: conditionReason(failed) };
  const missing = conditions.find((condition) => successTypes.test(condition.type) && condition.status !== 'True');
  if (missing !== undefined) return { kind: 'progressing', reason: conditionReason(missing) };
  const refused = conditions.find((condition) => condition.status === 'False' && failureReasons.test(condition.reason));
  if (refused !== undefined) return { kind: 'progressing', reason: conditionReason(refused) };
  return null;
}

/** Conditions that sum up an object: a controller writes them anew at every generation. */
const summaryTypes = /^(Ready|Accepted|Programmed|Available|Synced|Reconciled)$/;

/** Conditions that are bad news where they are true. */
const failureTypes =
  /^(Failed|Failure|Failing|Error|ErrorOccurred|Degraded|Invalid|NotReady|PartiallyReady|PartiallyInvalid|Unhealthy|Misconfigured|Conflicted|RolloutProgressing|\w+Error|\w+Failed|Failed\w+)$/;

/** Conditions that are bad news where they are not true. */
const successTypes =
  /^(\w*(Ready|Available|Healthy|Synced|Success|Succeeded|Completed?|Created|Provisioned|Resolved|Deployed|UpToDate)|Accepted|Admitted|Adopted|Advertised|Compliant|Configured|Discoverable|Done|Established|Initialized|Installed|ParametersGenerated|Programmed|Reconciled|Released|ResolvedRefs|ResourcesApplied|Valid|Validated)$/;

/** Reasons that tell that something is wrong whatever the condition is called. */
const failureReasons = /Failed|Error|Invalid|NotFound/;

/** One word in which many controllers say how it goes: of the object, or of its parts one level down. */
function ofWords(status: JsonObject): Health | null {
  const parts = [status, ...Object.values(status).filter(isJsonObject), ...statusesOf(status)];
  for (const part of parts) {
    const word = wordNames.map((name) => textField(part, name)).find((text) => text !== undefined && isBad(text));
    if (word === undefined) continue;
    const message = firstText(part, messageNames) ?? firstText(status, messageNames);
    return { kind: 'progressing', reason: message === undefined ? word : `${word}: ${message}` };
  }
  const error = firstText(status, ['error', 'errMsg', 'errorMessage', 'failureMessage']);
  return error === undefined ? null : { kind: 'progressing', reason: error };
}

/** Where several controllers report on one object, each has an entry of `status.statuses`. */
function statusesOf(status: JsonObject): readonly JsonObject[] {
  const statuses = field(status, 'statuses');
  return isJsonObject(statuses) ? Object.values(statuses).filter(isJsonObject) : [];
}

const wordNames = [
  'phase',
  'state',
  'status',
  'health',
  'compliant',
  'currentState',
  'lastOperationStatus',
  'overallStatus',
  'provisioningState',
  'stageStatus',
  'updateStatus',
];

const messageNames = ['message', 'error', 'errorMessage', 'errorDescription', 'failureMessage', 'reason'];

function isBad(word: string): boolean {
  return failureWords.test(word) || movingWords.test(word);
}

const failureWords =
  /^(\w*fail(ed|ure|ing)|\w*error\b.*|invalid\w*|degraded|unhealthy|rejected|lost|warning|non-?compliant|HEALTH_(WARN|ERR)|\w+LimitReached)$/i;

const movingWords =
  /^(pending\w*|progressing|in-?_?progress|running-?init\w*|\w*(creating|deleting|updating|upgrading|restarting|provisioning|initializing|installing|reconciling|starting|stopping|scaling|waiting|terminating|building|migrating|deploying|resizing|expanding)\b.*)$/i;

function firstText(object: JsonObject, names: readonly string[]): string | undefined {
  return names.map((name) => textField(object, name)).find((text) => text !== undefined && text !== '');
}

/** `readyReplicas` of `replicas`: what every scalable thing counts. */
function ofCounts(object: KubernetesObject): Health | null {
  const wanted = numberField(object, 'spec', 'replicas') ?? numberField(object, 'status', 'replicas');
  const ready = numberField(object, 'status', 'readyReplicas');
  if (wanted === undefined || ready === undefined || ready >= wanted) return null;
  return { kind: 'progressing', reason: `${ready} of ${wanted} ready` };
}
