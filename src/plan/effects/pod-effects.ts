import type { Effect } from '../../domain/effect.ts';
import { field, numberField, textField } from '../../domain/field.ts';
import { type JsonObject, sameJson } from '../../domain/json.ts';
import { takesEffect } from '../fields/attribute.ts';
import type { Judgement } from '../judgement.ts';
import { podTemplateOf } from '../relations/pod-template.ts';

/**
 * What a changed pod template, or the end of a workload, does to the pods that run
 * (kubernetes.io/docs/concepts/workloads/controllers). A Job never restarts any, and a ReplicaSet leaves what runs.
 */
export function podEffects(judgement: Judgement): readonly Effect[] {
  switch (judgement.action) {
    case 'delete':
    case 'replace':
      return stopped(judgement);
    case 'update':
      return restarted(judgement);
    case 'create':
    case 'unchanged':
    case 'blocked':
    case 'unknown':
      return [];
  }
}

const lasting = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod'];

function stopped({ subject: { reference }, action, live, before }: Judgement): readonly Effect[] {
  if (!lasting.includes(reference.kind) || before === null || podTemplateOf(before) === null) return [];
  const pods = live.kind === 'present' ? podsNow(live.object) : null;
  if (pods === 0) return [];
  return [{ kind: 'stops-pods', pods, by: action === 'replace' ? 'replacement' : 'deletion' }];
}

function restarted({ subject: { reference }, live, before, after, paths }: Judgement): readonly Effect[] {
  if (before === null || after === null || podTemplateOf(after) === null) return [];
  const { kind } = reference;
  if (kind === 'CronJob') {
    const changes = !sameJson(field(before, 'spec', 'jobTemplate'), field(after, 'spec', 'jobTemplate'));
    return changes ? [{ kind: 'restarts-later', until: 'next-run' }] : [];
  }
  if (kind !== 'Deployment' && kind !== 'StatefulSet' && kind !== 'DaemonSet') return [];
  const changes = paths.some((path) => takesEffect(path) && path.path[0] === 'spec' && path.path[1] === 'template');
  if (!changes) return [];
  const now = live.kind === 'present' ? podsNow(live.object) : null;
  const pods = now === null ? null : Math.min(now, restartedBy(kind, after) ?? now);
  if (pods === 0) return [];
  if (textField(after, 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    return [{ kind: 'restarts-later', until: 'deleted' }];
  }
  if (kind === 'Deployment' && field(after, 'spec', 'paused') === true) {
    return [{ kind: 'restarts-later', until: 'resumed' }];
  }
  const atOnce = kind === 'Deployment' && textField(after, 'spec', 'strategy', 'type') === 'Recreate';
  return [{ kind: 'restarts-pods', pods, manner: atOnce ? 'at-once' : 'rolling' }];
}

/** How many pods a workload is to have now; null: it does not say. Zero where a replica count is zero. */
function podsNow(live: JsonObject): number | null {
  if (live['kind'] === 'Pod') return 1;
  if (live['kind'] === 'DaemonSet') return numberField(live, 'status', 'desiredNumberScheduled') ?? null;
  return numberField(live, 'spec', 'replicas') ?? numberField(live, 'status', 'replicas') ?? 1;
}

// Of what is scaled down as well the rest only ends; below its partition a StatefulSet keeps its pods as they are.
function restartedBy(kind: string, after: JsonObject): number | null {
  const replicas = numberField(after, 'spec', 'replicas');
  if (kind === 'DaemonSet' || replicas === undefined) return null;
  const partition = numberField(after, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  return kind === 'StatefulSet' ? Math.max(0, replicas - partition) : replicas;
}
