import { field, textField } from '../../domain/field.ts';
import { isJsonObject } from '../../domain/json.ts';
import { type Identity, identityKey, identityName, type KubernetesObject, referenceOf } from '../../domain/manifest.ts';
import { manifestLine } from '../../domain/manifest-line.ts';
import type { Problem } from '../../domain/rendering.ts';
import type { Judgement } from '../judgement.ts';

/** Whether Git sets how many replicas an object has, and somebody set that through its `/scale` as well. */
export function isScaledBesideGit({ subject, live }: Judgement): boolean {
  if (live.kind !== 'present' || field(subject.merged ?? undefined, 'spec', 'replicas') === undefined) return false;
  return (live.object.metadata.managedFields ?? []).some(
    (entry) => isJsonObject(entry) && entry['subresource'] === 'scale',
  );
}

/**
 * Says of objects that Git scales and somebody else scaled which autoscaler did: one of the same rendering, or one that
 * lives (`live`) and stays.
 */
export function withAutoscalers(
  judgements: readonly Judgement[],
  live: readonly KubernetesObject[],
): readonly Judgement[] {
  const planned = judgements.flatMap(({ subject }) => (subject.merged === null ? [] : [subject.merged]));
  const gone = new Set(judgements.flatMap(({ subject, action }) => (action === 'delete' ? [subject.key] : [])));
  const staying = live.filter((object) => !gone.has(identityKey(referenceOf(object))));
  const scalers = new Map([...staying, ...planned].flatMap((object) => targetsOf(object)));
  if (scalers.size === 0) return judgements;
  return judgements.map((judgement) => {
    const scaler = isScaledBesideGit(judgement) ? scalers.get(targetKey(judgement.subject.reference)) : undefined;
    if (scaler === undefined) return judgement;
    const { subject } = judgement;
    return { ...judgement, subject: { ...subject, notes: [...subject.notes, noteOf(judgement, scaler)] } };
  });
}

function noteOf({ subject }: Judgement, scaler: Identity): Problem {
  const { written, reference } = subject;
  const path = ['spec', 'replicas'];
  return {
    file: written?.origin?.file ?? null,
    line: written === null ? null : manifestLine(written, path),
    path: path.join('.'),
    message: `${identityName(reference)}: \`spec.replicas\` is set by Git and by ${identityName(scaler)}: leave \`replicas\` out of Git`,
  };
}

// kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2, keda.sh/docs/latest/reference/scaledobject-spec
function targetsOf(object: KubernetesObject): readonly (readonly [string, Identity])[] {
  const scaler = referenceOf(object);
  const isScaler =
    (scaler.group === 'autoscaling' && scaler.kind === 'HorizontalPodAutoscaler') ||
    (scaler.group === 'keda.sh' && scaler.kind === 'ScaledObject');
  const name = isScaler ? textField(object, 'spec', 'scaleTargetRef', 'name') : undefined;
  if (name === undefined) return [];
  const kind = textField(object, 'spec', 'scaleTargetRef', 'kind') ?? 'Deployment';
  return [[targetKey({ kind, namespace: scaler.namespace, name }), scaler]];
}

function targetKey({ kind, namespace, name }: Pick<Identity, 'kind' | 'namespace' | 'name'>): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}
