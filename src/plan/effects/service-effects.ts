import type { Effect, Exposure } from '../../domain/effect.ts';
import { field, listField, scalarText, textField } from '../../domain/field.ts';
import { isJsonObject, type JsonObject, sameJson } from '../../domain/json.ts';
import { identityOf } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';
import { labelsText, podLabels, selects } from './selector.ts';
import type { Surroundings } from './surroundings.ts';

/** What a Service does with its traffic, and whom it lets in. */
export function serviceEffects(judgement: Judgement, plan: Surroundings): readonly Effect[] {
  const { subject, action, before, after } = judgement;
  const { group, kind } = subject.reference;
  if (group !== '' || kind !== 'Service') return [];
  if (action === 'delete') return [{ kind: 'ends-traffic' }];
  if (after === null || (action !== 'create' && action !== 'update' && action !== 'replace')) return [];
  const moved = before === null ? [] : moves(before, after);
  if (!plan.neighbours.podless.has(subject.key)) return [...exposure(before, after), ...moved];
  // Traffic that goes to no pods does not go to others.
  const ports = moved.filter(({ kind }) => kind !== 'moves-selector');
  return [...exposure(before, after), { kind: 'selects-nothing' }, ...ports];
}

/** What a Service selects pods by; null: it selects none by itself (kubernetes.io/docs/concepts/services-networking/service). */
export function serviceSelector(service: JsonObject): JsonObject | null {
  const selector = field(service, 'spec', 'selector');
  if (textField(service, 'spec', 'type') === 'ExternalName' || !isJsonObject(selector)) return null;
  return Object.keys(selector).length === 0 ? null : selector;
}

/** Services whose pods go with other labels, while no workload of the plan has the old ones. */
export function leftServices({ subject, action, before, after }: Judgement, plan: Surroundings): readonly Effect[] {
  if (action !== 'update' && action !== 'replace') return [];
  const [old, next] = [before && podLabels(before), after && podLabels(after)];
  if (old === null || next === null || sameJson(old, next)) return [];
  const beside = plan.inNamespace(subject.reference.namespace);
  const services = beside.filter(({ reference, after: service }) => {
    if (reference.group !== '' || reference.kind !== 'Service' || service === null) return false;
    const selector = serviceSelector(service) ?? undefined;
    if (!selects(selector, old) || selects(selector, next)) return false;
    return !beside.some((other) => {
      const labels = other.after && podLabels(other.after);
      return labels !== null && selects(selector, labels);
    });
  });
  return services.length === 0
    ? []
    : [{ kind: 'leaves-services', services: services.map(({ reference }) => identityOf(reference)) }];
}

function exposure(before: JsonObject | null, after: JsonObject): readonly Effect[] {
  const [old, next] = [before === null ? null : exposed(before), exposed(after)];
  if (old === next) return [];
  // A load balancer brings its node ports along, unless it is told not to.
  if (next !== null) return [{ kind: 'exposes', type: next }];
  return old === null ? [] : [{ kind: 'ends-exposure', type: old }];
}

function exposed(service: JsonObject): Exposure | null {
  const type = textField(service, 'spec', 'type');
  return type === 'LoadBalancer' || type === 'NodePort' ? type : null;
}

function moves(before: JsonObject, after: JsonObject): readonly Effect[] {
  const effects: Effect[] = [];
  const [old, next] = [serviceSelector(before), serviceSelector(after)];
  if (!sameJson(old, next)) {
    effects.push({ kind: 'moves-selector', from: labelsText(old ?? {}), to: labelsText(next ?? {}) });
  }
  const [portsBefore, portsAfter] = [portsOf(before), portsOf(after)];
  const closes = [...portsBefore.keys()].filter((port) => !portsAfter.has(port));
  const opens = [...portsAfter.keys()].filter((port) => !portsBefore.has(port));
  const moved = [...portsAfter].flatMap(([port, to]) => {
    const from = portsBefore.get(port);
    return from === undefined || from === to ? [] : [{ port, from, to }];
  });
  if (closes.length + opens.length + moved.length > 0) {
    effects.push({ kind: 'changes-ports', closes, opens, moves: moved });
  }
  return effects;
}

/** Which port of the pods each port of a Service goes to. */
export function portsOf(service: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    listField(service, 'spec', 'ports').map(({ port, protocol, targetPort }) => [
      protocol === undefined || protocol === 'TCP' ? scalarText(port) : `${scalarText(port)}/${scalarText(protocol)}`,
      scalarText(targetPort ?? port),
    ]),
  );
}
