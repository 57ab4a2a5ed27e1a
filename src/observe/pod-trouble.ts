import { field, listField, numberField, textField } from '../domain/field.ts';
import type { JsonObject } from '../domain/json.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import { conditionOf } from './condition.ts';

/** What keeps pods from being ready, as the worst of their containers says it; null where none says anything. */
export function podTrouble(pods: readonly KubernetesObject[]): string | null {
  const troubles = pods.flatMap(troublesOf);
  const [worst] = troubles.toSorted((left, right) => right.rank - left.rank);
  return worst?.reason ?? null;
}

interface Trouble {
  /** The higher, the less it will mend itself. */
  readonly rank: number;
  readonly reason: string;
}

function troublesOf(pod: KubernetesObject): readonly Trouble[] {
  // A pod on its way out says nothing about the release.
  if (pod.metadata.deletionTimestamp !== undefined || conditionOf(pod, 'Ready')?.status === 'True') return [];
  const containers = [
    ...listField(pod, 'status', 'initContainerStatuses'),
    ...listField(pod, 'status', 'containerStatuses'),
  ];
  const ofContainers = containers.flatMap((status) => containerTrouble(status, pod));
  if (ofContainers.length > 0) return ofContainers;
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    return [{ rank: 4, reason: said(scheduled.reason === '' ? 'Unschedulable' : scheduled.reason, scheduled.message) }];
  }
  const reason = textField(pod, 'status', 'reason');
  if (reason !== undefined) return [{ rank: 5, reason: said(reason, textField(pod, 'status', 'message') ?? '') }];
  return [];
}

function containerTrouble(status: JsonObject, pod: KubernetesObject): readonly Trouble[] {
  const name = textField(status, 'name') ?? '';
  const waiting = textField(status, 'state', 'waiting', 'reason');
  if (waiting !== undefined && !ordinaryWaits.has(waiting)) {
    const message = textField(status, 'state', 'waiting', 'message') ?? '';
    if (imageTroubles.has(waiting)) {
      return [{ rank: 10, reason: `${waiting}: image "${imageOf(name, status, pod)}"` }];
    }
    if (waiting === 'CrashLoopBackOff') {
      return [{ rank: 9, reason: said(waiting, `container "${name}" ${lastEnd(status)}`) }];
    }
    return [{ rank: 8, reason: said(waiting, message === '' ? `container "${name}"` : message) }];
  }
  const ended = field(status, 'state', 'terminated');
  if (ended !== undefined && numberField(status, 'state', 'terminated', 'exitCode') !== 0) {
    return [
      {
        rank: 7,
        reason: `${textField(status, 'state', 'terminated', 'reason') ?? 'Error'}: ${exit(status, 'state', name)}`,
      },
    ];
  }
  return [];
}

/** Waits that every pod goes through. */
const ordinaryWaits: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

const imageTroubles: ReadonlySet<string> = new Set([
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImageInspectError',
  'ImagePullBackOff',
  'InvalidImageName',
  'RegistryUnavailable',
]);

/** The image as the manifest writes it: the status may hold what a runtime made of it, or nothing. */
function imageOf(name: string, status: JsonObject, pod: KubernetesObject): string {
  const containers = [...listField(pod, 'spec', 'initContainers'), ...listField(pod, 'spec', 'containers')];
  const container = containers.find((candidate) => candidate['name'] === name);
  return (container && textField(container, 'image')) ?? textField(status, 'image') ?? 'unknown';
}

function lastEnd(status: JsonObject): string {
  const reason = textField(status, 'lastState', 'terminated', 'reason');
  const code = numberField(status, 'lastState', 'terminated', 'exitCode');
  const restarts = numberField(status, 'restartCount') ?? 0;
  const why = reason === undefined || reason === 'Error' || reason === 'Completed' ? '' : ` (${reason})`;
  return code === undefined ? 'keeps crashing' : `ended with exit code ${code}${why}, ${restarts} restarts`;
}

function exit(status: JsonObject, state: string, name: string): string {
  return `container "${name}" ended with exit code ${numberField(status, state, 'terminated', 'exitCode') ?? 'unknown'}`;
}

function said(reason: string, message: string): string {
  // More follows: how many pods there are.
  return message === '' ? reason : `${reason}: ${message.replace(/\.$/, '')}`;
}
