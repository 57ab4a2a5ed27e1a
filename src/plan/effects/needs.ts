import { listField, textField } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { type IdentityKey, identityKey, type ObjectReference, parseApiVersion } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';
import { podReferences } from '../relations/pod-references.ts';
import { podTemplateOf } from '../relations/pod-template.ts';
import { ingressServices, routeServices } from './backends.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * What an object that is made or changed names, and no object of the plan is: whether it lives is for the cluster to
 * say. What a custom resource of the plan may be about to make (a certificate's Secret, say) is not among it.
 */
export function absentNeeds(judgement: Judgement, plan: Surroundings): readonly ObjectReference[] {
  const { subject, action, desired } = judgement;
  if (desired === null || (action !== 'create' && action !== 'update' && action !== 'replace')) return [];
  const { namespace } = subject.reference;
  if (namespace === null) return [];
  const needed = new Map(needsOf(desired, namespace).map((reference) => [identityKey(reference), reference] as const));
  return [...needed].flatMap(([key, reference]) => {
    const known = plan.find(key);
    // What goes with the same plan is told beside it.
    if (known !== null && (known.after !== null || known.before !== null)) return [];
    return mayMake(reference.name, namespace, plan, subject.key) ? [] : [reference];
  });
}

/** Made by the cluster itself, in every namespace. */
const everywhere: Readonly<Record<string, string>> = { ServiceAccount: 'default', ConfigMap: 'kube-root-ca.crt' };

function needsOf(desired: JsonObject, namespace: string): readonly ObjectReference[] {
  const pods = podReferences(desired)
    .filter(({ kind, name, optional }) => !optional && everywhere[kind] !== name)
    .map(({ kind, name }) => ({ group: '', version: 'v1', kind, namespace, name }));
  const services = [...ingressServices(desired), ...routeServices(desired)].map((name) => {
    return { group: '', version: 'v1', kind: 'Service', namespace, name };
  });
  return [...pods, ...services, ...namedBy(desired, namespace)];
}

/** What other kinds name in their namespace: the Service that names a StatefulSet's pods, the target of an autoscaler. */
function namedBy(desired: JsonObject, namespace: string): readonly ObjectReference[] {
  const { group } = parseApiVersion(textField(desired, 'apiVersion') ?? '');
  const kind = textField(desired, 'kind');
  if (group === 'apps' && kind === 'StatefulSet') {
    const name = textField(desired, 'spec', 'serviceName') ?? '';
    return name === '' ? [] : [{ group: '', version: 'v1', kind: 'Service', namespace, name }];
  }
  if (group !== 'autoscaling' || kind !== 'HorizontalPodAutoscaler') return [];
  const target = (member: string): string => textField(desired, 'spec', 'scaleTargetRef', member) ?? '';
  const [api, name] = [parseApiVersion(target('apiVersion')), target('name')];
  return name === '' || api.version === '' ? [] : [{ ...api, kind: target('kind'), namespace, name }];
}

// An operator's kinds, whose controllers make Secrets, ConfigMaps and Services of their own.
function isCustom(group: string): boolean {
  return group.includes('.') && (!group.endsWith('.k8s.io') || group.endsWith('.x-k8s.io'));
}

/**
 * Whether a custom resource of the plan in that namespace has this name, or names it: its controller may make what has it.
 * So may a program that is told the name (a Job that makes a certificate), but not the one that waits for it.
 */
export function mayMake(name: string, namespace: string | null, plan: Surroundings, waiting: IdentityKey): boolean {
  return plan.inNamespace(namespace).some(({ key, reference, after }) => {
    if (after === null) return false;
    if (isCustom(reference.group)) return reference.name === name || mentions(after, name);
    return key !== waiting && isTold(after, name);
  });
}

function isTold(object: JsonObject, name: string): boolean {
  const spec = podTemplateOf(object)?.['spec'];
  if (!isJsonObject(spec)) return false;
  return [...listField(spec, 'initContainers'), ...listField(spec, 'containers')].some((container) => {
    const values = listField(container, 'env').map(({ value }) => value);
    return [container['command'], container['args'], values]
      .flat()
      .some((text) => typeof text === 'string' && text.includes(name));
  });
}

function mentions(value: Json | undefined, name: string): boolean {
  if (typeof value === 'string') return value === name;
  if (Array.isArray(value)) return value.some((item: Json) => mentions(item, name));
  return isJsonObject(value) && Object.values(value).some((member) => mentions(member, name));
}
