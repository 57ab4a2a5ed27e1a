import type { Effect } from '../../domain/effect.ts';
import { listField, textField } from '../../domain/field.ts';
import { type JsonObject, sameJson } from '../../domain/json.ts';
import type { Judgement } from '../judgement.ts';
import { volumeClaimsOf } from '../volume-claims.ts';

/** What is lost for good, and what of a StatefulSet outlives it. */
export function dataEffects(judgement: Judgement): readonly Effect[] {
  const { action } = judgement;
  if (action !== 'delete' && action !== 'replace' && action !== 'update') return [];
  const removed = action === 'update' ? droppedFields(judgement) : removalEffects(judgement);
  const claims = volumeClaimsOf(judgement);
  if (claims === null) return removed;
  if (claims.fate === 'deleted') return [{ kind: 'deletes-data', claims }, ...removed];
  return [...removed, { kind: 'keeps-claims', claims, all: action !== 'update' }, ...templateEffects(judgement)];
}

function droppedFields({ goesWith }: Judgement): readonly Effect[] {
  if (goesWith?.kind !== 'dropped-fields') return [];
  const { of, fields, count, whole } = goesWith;
  return [{ kind: 'drops-fields', of, fields, count, whole }];
}

function removalEffects({ subject: { reference }, before, goesWith }: Judgement): readonly Effect[] {
  const { group, kind } = reference;
  if (group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition') return [{ kind: 'deletes-kind' }];
  if (group !== '') return [];
  switch (kind) {
    case 'Namespace':
      return [{ kind: 'deletes-namespace' }];
    case 'PersistentVolumeClaim':
      return volumeEffects(goesWith?.kind === 'volume' ? goesWith.reclaimPolicy : null);
    case 'PersistentVolume':
      return volumeEffects((before && textField(before, 'spec', 'persistentVolumeReclaimPolicy')) ?? null);
    default:
      return [];
  }
}

// What is retained stays on the storage; where that is not known, the worse (kubernetes.io/docs/concepts/storage/persistent-volumes).
function volumeEffects(reclaimPolicy: string | null): readonly Effect[] {
  return [reclaimPolicy === 'Retain' ? { kind: 'leaves-volume' } : { kind: 'deletes-data', claims: null }];
}

// Only a StatefulSet that is made again can have other templates: what it finds by name it keeps as it is.
function templateEffects({ action, before, after }: Judgement): readonly Effect[] {
  if (action !== 'replace' || before === null || after === null) return [];
  const [old, next] = [templatesOf(before), templatesOf(after)];
  const gone = [...old.keys()].filter((name) => !next.has(name));
  const come = [...next.keys()].filter((name) => !old.has(name));
  const changed = [...next].flatMap(([name, spec]) => (old.has(name) && !sameJson(old.get(name), spec) ? [name] : []));
  const effects: Effect[] = [];
  if (gone.length > 0) effects.push({ kind: 'renames-claims', gone, come });
  if (changed.length > 0) effects.push({ kind: 'leaves-claims', templates: changed });
  return effects;
}

function templatesOf(set: JsonObject): ReadonlyMap<string, JsonObject> {
  return new Map(
    listField(set, 'spec', 'volumeClaimTemplates').flatMap((template) => {
      const name = textField(template, 'metadata', 'name');
      return name === undefined ? [] : [[name, template] as const];
    }),
  );
}
