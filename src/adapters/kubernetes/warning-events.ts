import { isJsonObject } from '../../domain/json.ts';
import type { KubernetesObject, ObjectReference } from '../../domain/manifest.ts';
import type { ObjectEvent, ServedKind } from '../../ports/cluster.ts';
import type { Api } from './api.ts';
import { listObjects, wholeList } from './list-objects.ts';

/** Part of the core API since Kubernetes 1.0: no discovery needed. */
const events: ServedKind = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

/** Events of objects outside namespaces are kept in this one. */
const clusterEvents = 'default';

/**
 * The latest Warning events about an object, newest first, at most 5. They explain, they decide nothing: where they
 * may not be read there are none.
 */
export async function readWarningEvents(
  api: Api,
  reference: ObjectReference,
  uid: string,
  signal: AbortSignal,
): Promise<readonly ObjectEvent[]> {
  const fieldSelector = `involvedObject.uid=${uid},type=Warning`;
  const namespace = reference.namespace ?? clusterEvents;
  const listing = { served: events, namespace, labelSelector: null, fieldSelector };
  const outcome = await listObjects(api, listing, wholeList, signal);
  if (outcome.kind === 'refused') return [];
  return outcome.items
    .map(parseEvent)
    .toSorted((left, right) => (right.at ?? '').localeCompare(left.at ?? ''))
    .slice(0, 5);
}

function parseEvent(event: KubernetesObject): ObjectEvent {
  const series = isJsonObject(event['series']) ? event['series'] : {};
  const times = [
    series['lastObservedTime'],
    event['lastTimestamp'],
    event['eventTime'],
    event.metadata.creationTimestamp,
  ];
  return {
    reason: textOf(event['reason']),
    message: textOf(event['message']),
    at: times.find((time) => typeof time === 'string') ?? null,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
