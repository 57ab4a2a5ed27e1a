import { field, listField, textField } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject, stringifyJson } from '../../domain/json.ts';
import type { IdentityKey, KubernetesObject } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';
import { partOf } from '../manifests/settle-manifest.ts';
import { matches } from './label-selector.ts';
import { podTemplateOf } from './pod-template.ts';

/** What on a cluster may decide by what a namespace says. */
export interface NamespaceReaders {
  /** Webhooks and policies of admission, and the policies' bindings, whole. */
  readonly admission: readonly KubernetesObject[];
  /** What Kubernetes' own API server calls the kind of each object: `deployments`. Of the others another server decides. */
  readonly resources: ReadonlyMap<IdentityKey, string>;
}

/**
 * What may decide otherwise on an object because its namespace changes, as a half of a sentence; null: nothing does.
 * `readers` null: it may not be read, so that anything might.
 *
 * Built in, these alone read a namespace's labels or annotations (kubernetes v1.36): plugin/pkg/admission/podnodeselector,
 * …/podtolerationrestriction and k8s.io/pod-security-admission (pods; the last one warns of what makes pods),
 * pkg/registry/resource (claims of devices), and admission's webhooks and policies (k8s.io/apiserver/pkg/admission/plugin).
 */
export function readerOf(other: Judgement, changed: Judgement, readers: NamespaceReaders | null): string | null {
  if (readers === null) return 'what selects by its labels may not be read';
  const resource = readers.resources.get(other.subject.key);
  if (resource === undefined) return 'another server answers for this kind';
  const labels: Labels = { before: labelsOf(changed, 'before'), after: labelsOf(changed, 'after') };
  const builtIn = builtInReader(other, labels);
  if (builtIn !== null) return builtIn;
  const reader = readers.admission.find((one) => decides(one, readers.admission, { resource, labels }));
  // In quotes, as of all that the cluster's own people made: in public it is not named (plan/change/git-only-text.ts).
  return reader === undefined ? null : `${reader.kind} "${reader.metadata.name}" may decide by it`;
}

/** Of the namespace. */
interface Labels {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** What admission is asked about. */
interface AdmissionRequest {
  readonly resource: string;
  readonly labels: Labels;
}

/** What the settings ignore is in neither version of a judgement, and stays as it lives. */
function labelsOf({ live, before, after, desired }: Judgement, version: keyof Labels): JsonObject {
  const of = (object: JsonObject | null): JsonObject => {
    const labels = field(object ?? undefined, 'metadata', 'labels');
    return isJsonObject(labels) ? labels : {};
  };
  const lives = of(live.kind === 'present' ? live.object : null);
  if (version === 'before') return lives;
  const told = of(before);
  const untold = Object.entries(lives).filter(([name]) => !Object.hasOwn(told, name) && name !== partOf);
  return { ...Object.fromEntries(untold), ...of(after), ...of(desired) };
}

function builtInReader({ subject: { reference }, desired, live }: Judgement, labels: Labels): string | null {
  const { group, kind } = reference;
  // Of a pod other distributions' admission decides by a namespace's annotations, too.
  if (group === '' && kind === 'Pod') return 'admission of pods may decide by it';
  const object = desired ?? (live.kind === 'present' ? live.object : null);
  const makesPods = (group === '' && kind === 'PodTemplate') || (object !== null && podTemplateOf(object) !== null);
  if (makesPods && differ(labels, (name) => name.startsWith('pod-security.kubernetes.io/'))) {
    return 'its Pod Security level with it';
  }
  if (group === 'resource.k8s.io' && differ(labels, (name) => name.endsWith('/admin-access'))) {
    return 'who may have access to devices with it';
  }
  return null;
}

function differ({ before, after }: Labels, concerns: (name: string) => boolean): boolean {
  const names = [...Object.keys(before), ...Object.keys(after)];
  return names.some((name) => concerns(name) && before[name] !== after[name]);
}

function decides(
  { kind, spec, ...object }: KubernetesObject,
  all: readonly KubernetesObject[],
  request: AdmissionRequest,
): boolean {
  // What a webhook asks for besides is its own affair: where it is asked, it may look at the namespace.
  if (kind.endsWith('WebhookConfiguration')) {
    return listField(object, 'webhooks').some((webhook) => {
      const { before, after } = asked(webhook, 'rules', request);
      return before || after;
    });
  }
  if (!kind.endsWith('AdmissionPolicy') || !isJsonObject(spec)) return false;
  const policy = asked(field(spec, 'matchConstraints'), 'resourceRules', request);
  if (!policy.before && !policy.after) return false;
  const isParameter = textField(spec, 'paramKind', 'kind') === 'Namespace';
  const reads = isParameter || stringifyJson(spec).includes('namespaceObject');
  const bindings = all.filter(
    (one) => one.kind === `${kind}Binding` && textField(one, 'spec', 'policyName') === object.metadata.name,
  );
  return bindings.some((one) => {
    const binding = asked(field(one, 'spec', 'matchResources'), 'resourceRules', request);
    const [before, after] = [policy.before && binding.before, policy.after && binding.after];
    return before !== after || (after && reads);
  });
}

/**
 * Whether one is asked about objects of a kind before and after the change. By resource, whatever the group: of a kind that
 * two groups serve the API server asks by either name (`matchPolicy: Equivalent`).
 */
function asked(
  match: Json | undefined,
  ruleMember: 'rules' | 'resourceRules',
  { resource, labels: { before, after } }: AdmissionRequest,
): { readonly before: boolean; readonly after: boolean } {
  const rules = isJsonObject(match) ? listField(match, ruleMember) : [];
  // A policy, or a binding, without rules is about everything.
  if (!(rules.length === 0 && ruleMember === 'resourceRules') && !rules.some((rule) => isAbout(rule, resource))) {
    return { before: false, after: false };
  }
  const selector = field(match, 'namespaceSelector');
  const selects = (labels: JsonObject): boolean => selector === undefined || matches(selector, labels);
  return { before: selects(before), after: selects(after) };
}

function isAbout({ operations, resources }: JsonObject, resource: string): boolean {
  const written = textsOf(operations).some((one) => ['*', 'CREATE', 'UPDATE'].includes(one));
  return (
    written &&
    textsOf(resources).some((one) => {
      const [name, subresource = ''] = one.split('/');
      return (name === '*' || name === resource) && (subresource === '' || subresource === '*');
    })
  );
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one: Json): one is string => typeof one === 'string') : [];
}
