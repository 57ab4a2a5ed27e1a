import type { Effect } from '../../../src/domain/effect.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { identityKey, type KubernetesObject, referenceOf } from '../../../src/domain/manifest.ts';
import { effectsOf } from '../../../src/plan/effects/effects.ts';
import { type Neighbours, noNeighbours } from '../../../src/plan/effects/neighbours.ts';
import { attribute } from '../../../src/plan/fields/attribute.ts';
import { contentOf } from '../../../src/plan/fields/content.ts';
import type { Judgement, PossibleJudgement } from '../../../src/plan/judgement.ts';
import { objectIn } from '../../objects.ts';
import { judgement } from '../judgements.ts';

/** An object that the pull request makes. */
export function created(object: KubernetesObject): PossibleJudgement {
  return judgement(object, { after: contentOf(object) });
}

/** One that lives as `before` and becomes `after`; `merged`: what Git says of it, where that is less. */
export function updated(
  before: KubernetesObject,
  after: KubernetesObject,
  given: Partial<PossibleJudgement> & { readonly merged?: KubernetesObject } = {},
): PossibleJudgement {
  const { merged = after, ...rest } = given;
  const [old, next] = [contentOf(before), contentOf(after)];
  const one = judgement(merged);
  return {
    ...one,
    subject: { ...one.subject, released: before, base: before },
    action: 'update',
    live: { kind: 'present', object: before },
    desired: merged,
    before: old,
    after: next,
    paths: attribute({ live: old, released: old, base: old, merged: next }),
    ...rest,
  };
}

export function deleted(object: KubernetesObject): PossibleJudgement {
  const one = judgement(object);
  return {
    ...one,
    subject: { ...one.subject, released: object, base: object, merged: null },
    action: 'delete',
    live: { kind: 'present', object },
    desired: null,
    before: contentOf(object),
    after: null,
  };
}

export function unchanged(object: KubernetesObject): PossibleJudgement {
  return judgement(object, { action: 'unchanged', live: { kind: 'present', object }, after: null });
}

/** What the first of these does, beside the others. */
export function effectsIn(
  [first, ...others]: readonly [Judgement, ...(readonly Judgement[])],
  neighbours: Neighbours = noNeighbours,
): readonly Effect[] {
  return effectsOf([first, ...others], neighbours).get(first.subject.key) ?? [];
}

/** Neighbours of which none is there. */
export function absent(...objects: readonly KubernetesObject[]): Neighbours {
  return {
    ...noNeighbours,
    live: new Map(objects.map((object) => [identityKey(referenceOf(object)), { kind: 'absent' }])),
  };
}

export interface WorkloadGiven {
  readonly kind?: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
  /** Of the pods. */
  readonly pods?: JsonObject;
  readonly container?: JsonObject;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}

/** `Deployment shop/web` of three pods of one container. */
export function workload(given: WorkloadGiven = {}): KubernetesObject {
  const { kind = 'Deployment', name = 'web', labels = { app: name }, image = 'web:1', status } = given;
  const containers = [{ name: 'web', image, ...given.container }];
  return objectIn('shop', 'apps/v1', kind, name, {
    spec: { replicas: 3, ...given.spec, template: { metadata: { labels }, spec: { containers, ...given.pods } } },
    ...(status === undefined ? {} : { status }),
  });
}

export function service(given: JsonObject = {}, name = 'web'): KubernetesObject {
  return objectIn('shop', 'v1', 'Service', name, {
    spec: {
      type: 'ClusterIP',
      selector: { app: 'web' },
      ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }],
      ...given,
    },
  });
}
