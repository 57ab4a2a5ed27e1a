import type { Effect } from '../../domain/effect.ts';
import { field, listField, textField } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Judgement } from '../judgement.ts';
import { podTemplateOf } from '../relations/pod-template.ts';

/**
 * What pods may do to their node, or beyond their container, and could not before
 * (kubernetes.io/docs/concepts/security/pod-security-standards); and the token that they did not get before.
 */
export function powerEffects({ subject, action, before, after }: Judgement): readonly Effect[] {
  if (after === null || (action !== 'create' && action !== 'update' && action !== 'replace')) return [];
  if (subject.reference.group === '' && subject.reference.kind === 'ServiceAccount') {
    const mounts = before !== null && refusesToken(before) && !refusesToken(after);
    return mounts ? [{ kind: 'mounts-token' }] : [];
  }
  const next = specOf(after);
  if (next === null) return [];
  const old = before === null ? null : specOf(before);
  const had = old === null ? [] : powersOf(old);
  const freed = old === null ? [] : lifted(restrictionsOf(old), restrictionsOf(next));
  const powers = [...new Set([...powersOf(next), ...freed])].filter((power) => !had.includes(power));
  const effects: Effect[] = powers.length === 0 ? [] : [{ kind: 'empowers-pods', powers }];
  if (old !== null && refusesToken(old) && !refusesToken(next)) effects.push({ kind: 'mounts-token' });
  return effects;
}

function specOf(object: JsonObject): JsonObject | null {
  const spec = podTemplateOf(object)?.['spec'];
  return isJsonObject(spec) ? spec : null;
}

function refusesToken(object: JsonObject): boolean {
  return object['automountServiceAccountToken'] === false;
}

function powersOf(spec: JsonObject): readonly string[] {
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((member) => spec[member] === true);
  const paths = listField(spec, 'volumes').flatMap((volume) => {
    const path = textField(volume, 'hostPath', 'path');
    return path === undefined ? [] : [`hostPath ${path}`];
  });
  const containers = [...listField(spec, 'initContainers'), ...listField(spec, 'containers')];
  return [...host, ...paths, ...containers.flatMap((container) => powersOfContainer(container, spec))];
}

function powersOfContainer(container: JsonObject, spec: JsonObject): readonly string[] {
  const own = (member: string): Json | undefined => field(container, 'securityContext', member);
  const either = (member: string): Json | undefined => own(member) ?? field(spec, 'securityContext', member);
  const capabilities = field(container, 'securityContext', 'capabilities', 'add');
  const added = Array.isArray(capabilities) ? capabilities.filter((name) => typeof name === 'string') : [];
  const powers = added
    // The one that pods may add under the strictest profile.
    .filter((name) => name !== 'NET_BIND_SERVICE')
    .map((name: string) => `capability ${name}`);
  if (own('privileged') === true) powers.unshift('privileged');
  if (own('allowPrivilegeEscalation') === true) powers.push('allowPrivilegeEscalation');
  if (either('runAsUser') === 0) powers.push('runs as root');
  return powers;
}

/** What each container may not do, by its name. */
function restrictionsOf(spec: JsonObject): ReadonlyMap<string, readonly string[]> {
  const containers = [...listField(spec, 'initContainers'), ...listField(spec, 'containers')];
  return new Map(
    containers.map((container) => {
      const asRoot =
        field(container, 'securityContext', 'runAsNonRoot') ?? field(spec, 'securityContext', 'runAsNonRoot');
      const escalates = field(container, 'securityContext', 'allowPrivilegeEscalation');
      return [
        textField(container, 'name') ?? '',
        [...(asRoot === true ? ['may run as root'] : []), ...(escalates === false ? ['allowPrivilegeEscalation'] : [])],
      ] as const;
    }),
  );
}

function lifted(
  old: ReadonlyMap<string, readonly string[]>,
  next: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return [...next].flatMap(([name, kept]) => (old.get(name) ?? []).filter((power) => !kept.includes(power)));
}
