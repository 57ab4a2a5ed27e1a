import { isJsonObject, type Json } from '../../domain/json.ts';
import { identityName } from '../../domain/manifest.ts';
import type { RefusalReason } from '../../domain/prediction.ts';
import { estimatedFromGit } from '../estimate-from-git.ts';
import { valueAt } from '../fields/path.ts';
import type { Judgement, KeptBackJudgement } from '../judgement.ts';

/**
 * What the same plan changes under an object (its CRD, namespace, admission, quota,
 * LimitRange, RBAC) makes that object's prediction an estimate. Where such a change may cure what the API server
 * refuses today, the object is not blocked but dry-run again after that change's wave.
 *
 * `identity` is the user that applies; null: Fairlead's own.
 */
export function withPrerequisites(judgements: readonly Judgement[], identity: string | null): readonly Judgement[] {
  const prerequisites = judgements.flatMap((judgement) => {
    const rule = applied.has(judgement.action) ? ruleOf(judgement) : undefined;
    return rule === undefined ? [] : [{ changed: judgement, rule }];
  });
  if (prerequisites.length === 0) return judgements;
  // What stands in a namespace concerns nothing outside of it; of a thousand namespaces' quotas only one is asked about.
  const places = Map.groupBy(prerequisites, ({ changed }) => changed.subject.reference.namespace);
  return judgements.map((judgement) => {
    const { certainty, subject } = judgement;
    const refused = judgement.action === 'blocked' ? judgement.refused : null;
    if (refused === null && !applied.has(judgement.action)) return judgement;
    const { namespace } = subject.reference;
    const near = namespace === null ? [] : (places.get(namespace) ?? []);
    const under = [...(places.get(null) ?? []), ...near].filter(
      ({ changed, rule }) => changed !== judgement && rule.concerns(judgement, changed, identity),
    );
    if (judgement.action === 'blocked') {
      const cures = under.filter(({ rule }) => refused !== null && rule.cures.includes(refused));
      return cures.length === 0 ? judgement : cured(judgement, cures.map(changedOf));
    }
    if (under.length === 0 || certainty.kind !== 'exact') return judgement;
    return { ...judgement, certainty: { kind: 'estimated', why: changedBeside(under.map(changedOf)) } };
  });
}

function changedOf({ changed }: { readonly changed: Judgement }): Judgement {
  return changed;
}

const applied: ReadonlySet<Judgement['action']> = new Set(['create', 'update', 'replace']);

interface Rule {
  /** Asked of what is outside namespaces, and of what is in the same one. */
  readonly concerns: (other: Judgement, changed: Judgement, identity: string | null) => boolean;
  /** Refusals that may be gone once the change is applied. */
  readonly cures: readonly RefusalReason[];
}

const everything = (): boolean => true;
const admission: Rule = { concerns: everything, cures: ['denied'] };
// Binding a role asks whether one may: the API server reads the role for that.
const role: Rule = { concerns: binds, cures: ['forbidden'] };
const binding: Rule = {
  concerns: (_other, changed, identity) => identity !== null && grantsTo(fieldOf(changed, ['subjects']), identity),
  cures: ['forbidden'],
};

const rules: Readonly<Record<string, Rule>> = {
  CustomResourceDefinition: {
    concerns: ({ subject: { reference } }, changed) =>
      reference.group === fieldOf(changed, ['spec', 'group']) &&
      reference.kind === fieldOf(changed, ['spec', 'names', 'kind']),
    cures: ['unknown-field', 'malformed', 'invalid', 'kind-missing'],
  },
  Namespace: {
    concerns: (other, changed) => other.subject.reference.namespace === changed.subject.reference.name,
    cures: ['namespace-missing', 'denied', 'forbidden'],
  },
  ResourceQuota: { concerns: everything, cures: ['quota'] },
  LimitRange: { concerns: everything, cures: ['denied', 'invalid'] },
  ValidatingWebhookConfiguration: admission,
  MutatingWebhookConfiguration: admission,
  ValidatingAdmissionPolicy: admission,
  ValidatingAdmissionPolicyBinding: admission,
  MutatingAdmissionPolicy: admission,
  MutatingAdmissionPolicyBinding: admission,
  Role: role,
  ClusterRole: role,
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  ServiceAccount: {
    concerns: (other, changed) => podNames(other, 'serviceAccountName', changed),
    cures: ['forbidden', 'denied'],
  },
  PriorityClass: {
    concerns: (other, changed) => podNames(other, 'priorityClassName', changed),
    cures: ['forbidden', 'denied'],
  },
};

function ruleOf({ subject }: Judgement): Rule | undefined {
  const { kind } = subject.reference;
  return Object.hasOwn(rules, kind) ? rules[kind] : undefined;
}

function fieldOf({ desired }: Judgement, path: readonly string[]): Json | undefined {
  return valueAt(desired ?? undefined, path);
}

function binds(other: Judgement, { subject: { reference } }: Judgement): boolean {
  if (!other.subject.reference.kind.endsWith('RoleBinding')) return false;
  return (
    fieldOf(other, ['roleRef', 'kind']) === reference.kind && fieldOf(other, ['roleRef', 'name']) === reference.name
  );
}

// `system:serviceaccount:NAMESPACE:NAME` is bound as a ServiceAccount, by its user name, or with all of its groups.
function grantsTo(subjects: Json | undefined, identity: string): boolean {
  const [, , namespace, name] = identity.split(':');
  return (Array.isArray(subjects) ? subjects : []).some((one: Json) => {
    if (!isJsonObject(one) || typeof one['name'] !== 'string') return false;
    if (one['kind'] === 'ServiceAccount') return one['name'] === name && one['namespace'] === namespace;
    return one['kind'] === 'Group' ? one['name'].startsWith('system:') : one['name'] === identity;
  });
}

function podNames(other: Judgement, field: string, { subject }: Judgement): boolean {
  return other.subject.reference.kind === 'Pod' && fieldOf(other, ['spec', field]) === subject.reference.name;
}

function cured(blocked: KeptBackJudgement, cures: readonly Judgement[]): Judgement {
  const { reason: _reason, refused: _refused, ...judgement } = blocked;
  return { ...estimatedFromGit(judgement, changedBeside(cures)), needs: cures.map(({ subject }) => subject.reference) };
}

function changedBeside(changed: readonly Judgement[]): string {
  const [first, ...others] = changed;
  if (first === undefined) return '';
  const name = identityName(first.subject.reference);
  if (others.length > 0) return `${name} and ${others.length} more are changed by the same plan`;
  return `${name} is ${first.action === 'create' ? 'created' : 'changed'} by the same plan`;
}
