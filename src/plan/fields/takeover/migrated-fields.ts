import type { Json } from '../../../domain/json.ts';
import { type KubernetesObject, ownManager } from '../../../domain/manifest.ts';
import { fieldsText, isEmpty, unionOf } from '../managed/field-set.ts';
import { takenFields, untakenFields } from './dropped-fields.ts';
import { isOwnEntry, managedEntries, predecessorsOf, type Takeover } from './predecessors.ts';

/**
 * The `managedFields` of an object once what its predecessors hold is ours, as if we had applied it (client-go's
 * `csaupgrade` does the same for one manager): applied then, what Git leaves out goes. null: it is ours already.
 */
export function migratedFields(live: KubernetesObject, takeover: Takeover): readonly Json[] | null {
  const predecessors = predecessorsOf(live, takeover);
  if (predecessors.length === 0) return null;
  const own = managedEntries(live).filter(isOwnEntry);
  const taken = [...own, ...predecessors];
  const time = taken
    .flatMap((entry) => (typeof entry['time'] === 'string' ? entry['time'] : []))
    .toSorted()
    .at(-1);
  const entry = {
    manager: ownManager,
    operation: 'Apply',
    apiVersion: live.apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsText(unionOf(taken.map((one) => takenFields(one, live, takeover)))),
  };
  const others = (live.metadata.managedFields ?? []).flatMap((other) => {
    if (own.some((one) => one === other)) return [];
    const predecessor = predecessors.find((one) => one === other);
    if (predecessor === undefined) return [other];
    const left = untakenFields(predecessor, live, takeover);
    return isEmpty(left) ? [] : [{ ...predecessor, fieldsV1: fieldsText(left) }];
  });
  return [entry, ...others];
}
