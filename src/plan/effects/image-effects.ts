import type { Effect } from '../../domain/effect.ts';
import { listField, textField } from '../../domain/field.ts';
import { hasMovingTag } from '../../domain/image.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Judgement } from '../judgement.ts';
import { podTemplateOf } from '../relations/pod-template.ts';

/** Containers that run another image than now, and new workloads whose images may be another one tomorrow. */
export function imageEffects({ action, before, after }: Judgement): readonly Effect[] {
  if (after === null || (action !== 'update' && action !== 'replace' && action !== 'create')) return [];
  const now = before === null ? new Map<string, string>() : imagesOf(before);
  const moves = new Map<string, { from: string; to: string; containers: string[] }>();
  const moving = new Set<string>();
  for (const [container, to] of imagesOf(after)) {
    const from = now.get(container);
    if (from === undefined && hasMovingTag(to)) moving.add(to);
    if (from === undefined || from === to) continue;
    const key = `${from} ${to}`;
    const move = moves.get(key) ?? { from, to, containers: [] };
    move.containers.push(container);
    moves.set(key, move);
  }
  return [
    ...[...moves.values()].map((move): Effect => ({ kind: 'moves-image', ...move })),
    ...(moving.size === 0 ? [] : [{ kind: 'runs-moving-tag', images: [...moving] } as const]),
  ];
}

/** By the names of the containers, which no two of a pod share. */
function imagesOf(object: JsonObject): ReadonlyMap<string, string> {
  const spec = podTemplateOf(object)?.['spec'];
  if (!isJsonObject(spec)) return new Map();
  return new Map(
    [...listField(spec, 'initContainers'), ...listField(spec, 'containers')].flatMap((container) => {
      const [name, image] = [textField(container, 'name'), textField(container, 'image')];
      return name === undefined || image === undefined ? [] : [[name, image] as const];
    }),
  );
}
