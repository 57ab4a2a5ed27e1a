import type { Effect } from '../../domain/effect.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { type Identity, type IdentityKey, identityKey, identityOf } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';
import { keyReferences } from '../relations/key-references.ts';
import { absentNeeds } from './needs.ts';
import type { Surroundings } from './surroundings.ts';

/** Names that lead nowhere: what an object needs and nobody has, and keys that go while pods still name them. */
export function referenceEffects(judgement: Judgement, plan: Surroundings): readonly Effect[] {
  return [...lacks(judgement, plan), ...removedKeys(judgement, plan), ...referrerEffects(judgement, plan)];
}

function lacks(judgement: Judgement, plan: Surroundings): readonly Effect[] {
  const objects = absentNeeds(judgement, plan).filter((need) => {
    return plan.neighbours.live.get(identityKey(need))?.kind === 'absent';
  });
  return objects.length === 0 ? [] : [{ kind: 'lacks', objects: objects.map(identityOf) }];
}

function referrerEffects({ subject }: Judgement, { referrers }: Surroundings): readonly Effect[] {
  const named = referrers.get(subject.key);
  if (named === undefined) return [];
  return [{ kind: named.kind === 'left-without' ? 'leaves-without' : 'restarts-nothing', workloads: named.workloads }];
}

function removedKeys({ subject, action, before, after }: Judgement, plan: Surroundings): readonly Effect[] {
  const { group, kind, namespace, name } = subject.reference;
  if (action !== 'update' && action !== 'replace') return [];
  if (group !== '' || (kind !== 'ConfigMap' && kind !== 'Secret') || before === null || after === null) return [];
  const stay = keysOf(after);
  const gone = new Set([...keysOf(before)].filter((key) => !stay.has(key)));
  if (gone.size === 0) return [];
  const keys = new Set<string>();
  const workloads = new Map<IdentityKey, Identity>();
  for (const object of plan.inNamespace(namespace)) {
    for (const named of object.after === null ? [] : keyReferences(object.after)) {
      if (named.kind !== kind || named.name !== name || !gone.has(named.key)) continue;
      keys.add(named.key);
      workloads.set(object.key, identityOf(object.reference));
    }
  }
  return keys.size === 0 ? [] : [{ kind: 'removes-key', keys: [...keys], workloads: [...workloads.values()] }];
}

function keysOf(object: JsonObject): ReadonlySet<string> {
  const members = [object['data'], object['binaryData'], object['stringData']];
  return new Set(members.flatMap((member) => (isJsonObject(member) ? Object.keys(member) : [])));
}
