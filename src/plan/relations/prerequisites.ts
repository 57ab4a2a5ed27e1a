import { isJsonObject, type Json } from '../../domain/json.ts';
import { type Identity, type IdentityKey, identityKey, identityName } from '../../domain/manifest.ts';
import type { RefusalReason } from '../../domain/prediction.ts';
import { estimatedFromGit } from '../estimate-from-git.ts';
import { valueAt } from '../fields/path.ts';
import type { Judgement, KeptBackJudgement } from '../judgement.ts';
import { type NamespaceReaders, readerOf } from './namespace-readers.ts';

/**
 * What the same plan changes under an object (its CRD, namespace, admission, quota,
 * LimitRange, RBAC) makes that object's prediction an estimate. Where such a change may cure what the API server
 * refuses today, the object is not blocked but dry-run again after that change's wave.
 *
 * `identity` is the user that applies; null: Fairlead's own. `readers`: what may decide by what a namespace says; null: it
 * is not known.
 */
export function withPrerequisites(
  judgements: readonly Judgement[],
  identity: string | null,
  readers: NamespaceReaders | null,
): readonly Judgement[] {
  const prerequisites = judgements.flatMap((judgement) => {
    const rule = applied.has(judgement.action) ? ruleOf(judgement) : undefined;
    return rule === undefined ? [] : [{ changed: judgement, rule }];
  });
  if (prerequisites.length === 0) return judgements;
  const applying = { identity, held: heldRoles(judgements, identity), readers };
  // What stands in a namespace concerns nothing outside of it; of a thousand namespaces' quotas only one is asked about.
  const places = Map.groupBy(prerequisites, ({ changed }) => changed.subject.reference.namespace);
  return judgements.map((judgement) => {
    const { certainty, subject } = judgement;
    const refused = judgement.action === 'blocked' ? judgement.refused : null;
    if (refused === null && !applied.has(judgement.action)) return judgement;
    const { namespace } = subject.reference;
    const near = namespace === null ? [] : (places.get(namespace) ?? []);
    const under = [...(places.get(null) ?? []), ...near].filter(
      ({ changed, rule }) => changed !== judgement && rule.concerns(judgement, changed, applying),
    );
    if (judgement.action === 'blocked') {
      const cures = under.filter(({ rule }) => refused !== null && rule.cures.includes(refused));
      return cures.length === 0 ? judgement : cured(judgement, cures.map(changedOf));
    }
    if (under.length === 0 || certainty.kind !== 'exact') return judgement;
    const why = changedBeside(under.map(changedOf)) + because(judgement, under, applying);
    return { ...judgement, certainty: { kind: 'estimated', why } };
  });
}

/** What the one change has to do with it, where that does not go without saying. */
function because(judgement: Judgement, under: readonly Prerequisite[], applying: Applying): string {
  const [one, ...others] = under;
  if (one?.rule.because === undefined || others.length > 0) return '';
  const reason = one.rule.because(judgement, one.changed, applying);
  return reason === null ? '' : `, and ${reason}`;
}

function changedOf({ changed }: { readonly changed: Judgement }): Judgement {
  return changed;
}

const applied: ReadonlySet<Judgement['action']> = new Set(['create', 'update', 'replace']);

/** Who applies, by which roles of Git, and who looks at the namespaces. */
interface Applying {
  readonly identity: string | null;
  readonly held: ReadonlySet<IdentityKey>;
  readonly readers: NamespaceReaders | null;
}

interface Prerequisite {
  readonly changed: Judgement;
  readonly rule: Rule;
}

interface Rule {
  /** Asked of what is outside namespaces, and of what is in the same one. */
  readonly concerns: (other: Judgement, changed: Judgement, applying: Applying) => boolean;
  /** By what it concerns it, as a half of a sentence. */
  readonly because?: (other: Judgement, changed: Judgement, applying: Applying) => string | null;
  /** Refusals that may be gone once the change is applied. */
  readonly cures: readonly RefusalReason[];
}

const everything = (): boolean => true;
const admission: Rule = { concerns: everything, cures: ['denied'] };
// Binding a role asks whether one may: the API server reads the role for that. And who applies may live by it.
const role: Rule = {
  concerns: (other, changed, { held }) => binds(other, changed) || held.has(changed.subject.key),
  cures: ['role-missing', 'forbidden'],
};
const binding: Rule = {
  concerns: (_other, changed, { identity }) => identity !== null && grantsTo(fieldOf(changed, ['subjects']), identity),
  cures: ['forbidden'],
};

const rbac = 'rbac.authorization.k8s.io';
const admissions = 'admissionregistration.k8s.io';

/** By `group/Kind`: others may call a kind of theirs the same. */
const rules: Readonly<Record<string, Rule>> = {
  'apiextensions.k8s.io/CustomResourceDefinition': {
    concerns: ({ subject: { reference } }, changed) =>
      reference.group === fieldOf(changed, ['spec', 'group']) &&
      reference.kind === fieldOf(changed, ['spec', 'names', 'kind']),
    cures: ['unknown-field', 'malformed', 'invalid', 'kind-missing'],
  },
  '/Namespace': {
    concerns: (other, changed, applying) =>
      other.subject.reference.namespace === changed.subject.reference.name &&
      (changed.action !== 'update' || readerOf(other, changed, applying.readers) !== null),
    because: (other, changed, { readers }) => (changed.action === 'update' ? readerOf(other, changed, readers) : null),
    cures: ['namespace-missing', 'denied', 'forbidden'],
  },
  '/ResourceQuota': { concerns: everything, cures: ['quota'] },
  // Of nothing else does a LimitRange decide anything, not of a template either: https://kubernetes.io/docs/concepts/policy/limit-range/
  '/LimitRange': {
    concerns: ({ subject: { reference } }) =>
      isKind(reference, '', 'Pod') || isKind(reference, '', 'PersistentVolumeClaim'),
    cures: ['denied', 'invalid'],
  },
  [`${admissions}/ValidatingWebhookConfiguration`]: admission,
  [`${admissions}/MutatingWebhookConfiguration`]: admission,
  [`${admissions}/ValidatingAdmissionPolicy`]: admission,
  [`${admissions}/ValidatingAdmissionPolicyBinding`]: admission,
  [`${admissions}/MutatingAdmissionPolicy`]: admission,
  [`${admissions}/MutatingAdmissionPolicyBinding`]: admission,
  [`${rbac}/Role`]: role,
  [`${rbac}/ClusterRole`]: role,
  [`${rbac}/RoleBinding`]: binding,
  [`${rbac}/ClusterRoleBinding`]: binding,
  '/ServiceAccount': podRule('serviceAccountName', ({ subject: { reference } }) => reference.name === 'default'),
  'scheduling.k8s.io/PriorityClass': podRule(
    'priorityClassName',
    (changed) => fieldOf(changed, ['globalDefault']) === true,
  ),
  'node.k8s.io/RuntimeClass': podRule('runtimeClassName', () => false),
  // A claim or an Ingress that names no class gets the default one when it is made.
  'storage.k8s.io/StorageClass': {
    concerns: ({ subject, action, desired }) =>
      action === 'create' &&
      isKind(subject.reference, '', 'PersistentVolumeClaim') &&
      valueAt(desired ?? undefined, ['spec', 'storageClassName']) === undefined,
    cures: [],
  },
  'networking.k8s.io/IngressClass': {
    concerns: ({ subject, action, desired }) =>
      action === 'create' &&
      isKind(subject.reference, 'networking.k8s.io', 'Ingress') &&
      valueAt(desired ?? undefined, ['spec', 'ingressClassName']) === undefined,
    cures: [],
  },
};

/** `isDefault`: a Pod that names none gets this one. */
function podRule(field: string, isDefault: (changed: Judgement) => boolean): Rule {
  return {
    concerns: (other, changed) => {
      const named = fieldOf(other, ['spec', field]);
      const { name } = changed.subject.reference;
      return isKind(other.subject.reference, '', 'Pod') && (named === undefined ? isDefault(changed) : named === name);
    },
    cures: ['forbidden', 'denied'],
  };
}

function isKind(reference: Identity, group: string, kind: string): boolean {
  return reference.group === group && reference.kind === kind;
}

function ruleOf({ subject }: Judgement): Rule | undefined {
  const { group, kind } = subject.reference;
  const name = `${group}/${kind}`;
  return Object.hasOwn(rules, name) ? rules[name] : undefined;
}

/** The roles that bindings of Git give to who applies. */
function heldRoles(judgements: readonly Judgement[], identity: string | null): ReadonlySet<IdentityKey> {
  const held = judgements.flatMap((judgement) => {
    const { group, kind, namespace } = judgement.subject.reference;
    if (identity === null || group !== rbac || !kind.endsWith('RoleBinding')) return [];
    const [of, name] = ['kind', 'name'].map((member) => fieldOf(judgement, ['roleRef', member]));
    if (typeof of !== 'string' || typeof name !== 'string') return [];
    if (!grantsTo(fieldOf(judgement, ['subjects']), identity)) return [];
    return [identityKey({ group, kind: of, namespace: of === 'Role' ? namespace : null, name })];
  });
  return new Set(held);
}

function fieldOf({ desired }: Judgement, path: readonly string[]): Json | undefined {
  return valueAt(desired ?? undefined, path);
}

function binds(other: Judgement, { subject: { reference } }: Judgement): boolean {
  if (other.subject.reference.group !== rbac || !other.subject.reference.kind.endsWith('RoleBinding')) return false;
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
