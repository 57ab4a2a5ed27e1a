import { listField, textField } from '../../domain/field.ts';
import { isJsonObject, type JsonObject, sameJson } from '../../domain/json.ts';
import { identityName } from '../../domain/manifest.ts';
import type { Certainty, Refusal } from '../../domain/prediction.ts';
import { attribute } from '../fields/attribute.ts';
import { contentOf } from '../fields/content.ts';
import { valueAt } from '../fields/path.ts';
import type { Judgement } from '../judgement.ts';
import { blockedByRefusal } from '../refusals/blocked-by-refusal.ts';
import { type CheckBudget, checkBudget } from '../schema/checking.ts';
import { type Fault, fieldText } from '../schema/fault.ts';
import { checkSchema } from '../schema/schema-check.ts';
import { withDefaults } from '../schema/schema-defaults.ts';

/**
 * Checks custom resources against the schema that the same plan gives their kind: the API server cannot, for it does not
 * know it yet. Those that do not change are checked, too, because the release after this one would be refused. What the
 * check leaves out is said with the estimate.
 */
export function withProposedSchemas(judgements: readonly Judgement[]): readonly Judgement[] {
  const definitions = judgements.filter(isProposedDefinition);
  if (definitions.length === 0) return judgements;
  const byKind = new Map(definitions.map((definition) => [definedKind(definition.desired), definition]));
  const budget = checkBudget();
  return judgements.map((judgement) => {
    const { group, kind } = judgement.subject.reference;
    const definition = byKind.get(`${group}/${kind}`);
    return definition === undefined ? judgement : checked(judgement, definition, budget);
  });
}

type Definition = Judgement & { readonly desired: JsonObject };

const written: ReadonlySet<Judgement['action']> = new Set(['create', 'update', 'replace']);

function isProposedDefinition(judgement: Judgement): judgement is Definition {
  const { group, kind } = judgement.subject.reference;
  if (kind !== 'CustomResourceDefinition' || group !== 'apiextensions.k8s.io') return false;
  return judgement.desired !== null && written.has(judgement.action);
}

function definedKind(definition: JsonObject): string {
  return `${textField(definition, 'spec', 'group')}/${textField(definition, 'spec', 'names', 'kind')}`;
}

function checked(judgement: Judgement, definition: Definition, budget: CheckBudget): Judgement {
  const { desired, subject } = judgement;
  if (desired === null || !(written.has(judgement.action) || judgement.action === 'unchanged')) return judgement;
  const live = judgement.live.kind === 'present' ? judgement.live.object : null;
  const versions = listField(definition.desired, 'spec', 'versions').filter(({ served }) => served === true);
  const version = versions.find(({ name }) => name === subject.reference.version);
  if (version === undefined) return blockedByRefusal(judgement, notServed(judgement, definition, versions), live);
  const schema = isJsonObject(version['schema']) ? version['schema']['openAPIV3Schema'] : undefined;
  if (!isJsonObject(schema)) return judgement;

  const object = withDefaults(desired, schema);
  const { faults, unchecked } = checkSchema(object, schema, budget);
  const counted = faults.filter((one) => !isKept(one, object, live));
  if (counted.length > 0) return blockedByRefusal(judgement, refusalOf(counted), live);
  return withNewDefaults(judgement, definition, { schema, unchecked: [...unchecked] });
}

/**
 * The dry run knew the defaults of today's schema. Those of the next one are added as the API server will add them where it
 * reads the object, so that one that nobody touches changes with its definition.
 */
function withNewDefaults(
  judgement: Judgement,
  { subject, action, fromPullRequest, paths: changed }: Definition,
  { schema, unchecked }: { readonly schema: JsonObject; readonly unchecked: readonly string[] },
): Judgement {
  const { live } = judgement;
  const isUntouched = judgement.action === 'unchanged';
  const now = isUntouched ? live.kind === 'present' && contentOf(live.object) : judgement.after;
  const certainty = withUnchecked(judgement.certainty, unchecked);
  if (!now) return { ...judgement, certainty };
  // A default of the status is no more content than the status is.
  const { status: _status, ...after } = withDefaults<JsonObject>(now, schema);
  if (sameJson(now, after)) return { ...judgement, certainty };
  // Who changed the definition sets the default: the pull request, a commit that is not released yet, or nobody in Git.
  const base = fromPullRequest ? now : after;
  const released = fromPullRequest || changed.some(({ causes }) => causes.includes('unreleased')) ? now : after;
  const paths = [...judgement.paths, ...attribute({ live: now, released, base, merged: after })];
  if (judgement.action === 'create') return { ...judgement, certainty, after };
  if (!isUntouched) return { ...judgement, certainty, after, paths };
  const why = `${identityName(subject.reference)} is ${action === 'create' ? 'created' : 'changed'} by the same plan, and sets what Git does not say`;
  const estimated = withUnchecked({ kind: 'estimated', why }, unchecked);
  return { ...judgement, action: 'update', certainty: estimated, before: now, after, paths, fromPullRequest };
}

// The API server lets a value stay that lives already (KEP-4008, CRD validation ratcheting), but no field that is unknown.
function isKept({ reason, place }: Fault, object: JsonObject, live: JsonObject | null): boolean {
  return reason === 'invalid' && live !== null && sameJson(valueAt(live, place), valueAt(object, place));
}

function notServed(judgement: Judgement, definition: Definition, versions: readonly JsonObject[]): Refusal {
  const { kind, version } = judgement.subject.reference;
  const served = versions.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  const message = `${identityName(definition.subject.reference)}, as this plan has it, does not serve ${kind} in ${version}, only in ${served.join(' and ')}`;
  return { reason: 'kind-missing', message, causes: [{ field: 'apiVersion', message }] };
}

/** So many are told: whoever has more learns of the rest another time. */
const most = 50;

function refusalOf(faults: readonly Fault[]): Refusal {
  const causes = faults.slice(0, most).map((one) => ({ field: fieldText(one), message: one.message }));
  const reasons: readonly Fault['reason'][] = ['unknown-field', 'malformed', 'invalid'];
  const reason = reasons.find((each) => faults.some((one) => one.reason === each)) ?? 'invalid';
  return { reason, message: causes.map(({ field, message }) => `${field}: ${message}`).join('; '), causes };
}

function withUnchecked(certainty: Certainty, unchecked: readonly string[]): Certainty {
  if (certainty.kind !== 'estimated' || unchecked.length === 0) return certainty;
  const [last, ...others] = unchecked.toReversed();
  const listed = others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
  return { kind: 'estimated', why: `${certainty.why}; ${listed} of its schema are not checked` };
}
