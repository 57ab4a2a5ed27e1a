import type { Effect } from '../../domain/effect.ts';
import { field, textField } from '../../domain/field.ts';
import { type Identity, identityOf, parseApiVersion } from '../../domain/manifest.ts';
import { takesEffect } from '../fields/attribute.ts';
import type { Judgement } from '../judgement.ts';
import { podTemplateOf } from '../relations/pod-template.ts';
import type { Surroundings } from './surroundings.ts';

/** Another number of replicas: Git's, or the API server's default where Git no longer says. */
export function scaleEffects(
  { subject, action, paths, before, after }: Judgement,
  plan: Surroundings,
): readonly Effect[] {
  if (action !== 'update' || before === null || after === null || podTemplateOf(after) === null) return [];
  const scaled = paths.find((path) => takesEffect(path) && path.path.length === 2 && path.path[1] === 'replicas');
  if (scaled?.path[0] !== 'spec') return [];
  const { live: from, merged: to, causes } = scaled;
  if (typeof from !== 'number' || typeof to !== 'number') return [];
  // At zero an autoscaler rests (kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale).
  if (to === 0) return [{ kind: 'stops-pods', pods: from, by: 'scaling' }];
  const autoscaler = autoscalerOf(subject.reference, plan);
  if (autoscaler !== null && from > 0) return [{ kind: 'sets-replicas', from, to, autoscaler }];
  const back = causes.includes('drift') && !causes.includes('pull-request');
  const dropped = subject.merged !== null && field(subject.merged, 'spec', 'replicas') === undefined;
  return [{ kind: 'scales', from, to, back, dropped }];
}

function autoscalerOf({ group, kind, namespace, name }: Identity, plan: Surroundings): Identity | null {
  const found = plan.inNamespace(namespace).find(({ reference, after }) => {
    if (reference.kind !== 'HorizontalPodAutoscaler' || reference.group !== 'autoscaling' || after === null)
      return false;
    const target = ['spec', 'scaleTargetRef'];
    return (
      textField(after, ...target, 'kind') === kind &&
      textField(after, ...target, 'name') === name &&
      parseApiVersion(textField(after, ...target, 'apiVersion') ?? '').group === group
    );
  });
  return found === undefined ? null : identityOf(found.reference);
}
