import { Failure } from '../../domain/failure.ts';
import { isoTime } from '../../domain/iso-time.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';

/** What a Lease says (coordination.k8s.io/v1, as client-go's leader election writes it). */
export interface LeaseContent {
  /** '': nobody; it was released. */
  readonly holder: string;
  readonly durationMs: number;
  readonly renewTime: string;
  readonly acquireTime: string;
  readonly transitions: number;
}

export interface LeaseRecord extends LeaseContent {
  readonly uid: string;
  readonly resourceVersion: string;
}

export interface LeasePlace {
  readonly name: string;
  readonly namespace: string;
}

/** `previous` is what it may replace: the UID, too, because a PUT of a Lease that is gone would make it again. */
export function leaseBody({ name, namespace }: LeasePlace, record: LeaseContent, previous: LeaseRecord | null): Json {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'fairlead' },
      ...(previous === null ? {} : { resourceVersion: previous.resourceVersion, uid: previous.uid }),
    },
    spec: {
      holderIdentity: record.holder,
      leaseDurationSeconds: Math.max(1, Math.ceil(record.durationMs / 1_000)),
      renewTime: record.renewTime,
      acquireTime: record.acquireTime,
      leaseTransitions: record.transitions,
    },
  };
}

/** Throws `cluster-protocol` on what is no Lease. Members that a foreign writer left out count as nobody's, and short. */
export function parseLease(body: Json, { name, namespace }: LeasePlace): LeaseRecord {
  const metadata = isJsonObject(body) ? body['metadata'] : undefined;
  const spec = isJsonObject(body) ? (body['spec'] ?? {}) : undefined;
  const { uid, resourceVersion } = isJsonObject(metadata) ? metadata : {};
  if (typeof uid !== 'string' || typeof resourceVersion !== 'string' || !isJsonObject(spec)) {
    throw new Failure('cluster-protocol', {
      subject: `Lease ${namespace}/${name}`,
      message: 'it is malformed',
      retryable: false,
      cause: null,
    });
  }
  const number = (member: string): number => (typeof spec[member] === 'number' ? spec[member] : 0);
  const text = (member: string): string => (typeof spec[member] === 'string' ? spec[member] : '');
  return {
    uid,
    resourceVersion,
    holder: text('holderIdentity'),
    durationMs: number('leaseDurationSeconds') * 1_000,
    renewTime: text('renewTime'),
    acquireTime: text('acquireTime'),
    transitions: number('leaseTransitions'),
  };
}

/** RFC 3339 with six digits, as `metav1.MicroTime` demands. */
export function microTime(epochMs: number): string {
  return isoTime(epochMs).replace('Z', '000Z');
}
