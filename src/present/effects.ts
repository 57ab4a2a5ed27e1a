import { sameJson } from '../domain/json.ts';
import type { Change } from '../domain/plan.ts';
import { count } from './markdown.ts';

/** What a change does to people, as far as the change itself tells. */
export type Effect =
  | { readonly kind: 'deletes-data' }
  | { readonly kind: 'deletes-namespace' }
  | { readonly kind: 'deletes-kind' }
  | { readonly kind: 'stops-pods' }
  | { readonly kind: 'ends-traffic' }
  | { readonly kind: 'restarts-pods' }
  /** `back`: not what this pull request asks for, but what it takes back. */
  | { readonly kind: 'scales'; readonly from: number; readonly to: number; readonly back: boolean };

const workloads = ['Deployment', 'StatefulSet', 'DaemonSet'];
const graveRemovals: Readonly<Record<string, 'deletes-data' | 'deletes-namespace' | 'deletes-kind'>> = {
  PersistentVolumeClaim: 'deletes-data',
  PersistentVolume: 'deletes-data',
  Namespace: 'deletes-namespace',
  CustomResourceDefinition: 'deletes-kind',
};
const carriers = ['Service', 'Ingress', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'];

/** Gravest first. Empty where nothing is known that people would feel. */
export function effectsOf(change: Change): readonly Effect[] {
  switch (change.action) {
    case 'delete':
    case 'replace':
      return effectsOfRemoval(change.identity.kind);
    case 'update':
      return workloads.includes(change.identity.kind) ? effectsOfUpdate(change) : [];
    case 'create':
    case 'unchanged':
    case 'blocked':
    case 'unknown':
      return [];
  }
}

/** One object's effect, after its name: `restarts its pods`. */
export function effectWords(effect: Effect): string {
  switch (effect.kind) {
    case 'deletes-data':
      return 'deletes its data';
    case 'deletes-namespace':
      return 'deletes everything in it';
    case 'deletes-kind':
      return 'deletes every object of its kind';
    case 'stops-pods':
      return 'stops its pods';
    case 'ends-traffic':
      return 'ends the traffic that it carries';
    case 'restarts-pods':
      return 'restarts its pods';
    case 'scales':
      if (effect.to === 0) return `stops its pods (scales ${effect.from} → 0)`;
      return `scales ${effect.back ? 'back ' : ''}${effect.from} → ${effect.to}`;
  }
}

/** All effects of a plan's changes, counted: `deletes a volume claim and its data, restarts 2 workloads`. */
export function effectsInAll(
  changes: readonly Change[],
): readonly { readonly words: string; readonly grave: boolean }[] {
  const effects = changes.flatMap(effectsOf);
  const number = (kind: Effect['kind']): number => effects.filter((effect) => effect.kind === kind).length;
  const all = [
    {
      number: number('deletes-namespace'),
      grave: true,
      words: 'deletes NUMBER and everything in it',
      one: 'a namespace',
      many: 'namespaces',
    },
    {
      number: number('deletes-kind'),
      grave: true,
      words: 'deletes NUMBER and every object of it',
      one: 'a kind',
      many: 'kinds',
    },
    {
      number: number('deletes-data'),
      grave: true,
      words: 'deletes NUMBER and its data',
      one: 'a volume claim',
      many: 'volume claims',
    },
    { number: number('stops-pods'), grave: true, words: 'stops NUMBER', one: 'a workload', many: 'workloads' },
    {
      number: number('ends-traffic'),
      grave: true,
      words: 'ends the traffic of NUMBER',
      one: 'a service or route',
      many: 'services or routes',
    },
    {
      number: number('restarts-pods'),
      grave: false,
      words: 'restarts the pods of NUMBER',
      one: 'one workload',
      many: 'workloads',
    },
    { number: number('scales'), grave: false, words: 'scales NUMBER', one: 'a workload', many: 'workloads' },
  ];
  return all
    .filter((effect) => effect.number > 0)
    .map((effect) => ({
      grave: effect.grave,
      words: effect.words.replace(
        'NUMBER',
        effect.number === 1 ? effect.one : count(effect.number, effect.many, effect.many),
      ),
    }));
}

function effectsOfRemoval(kind: string): readonly Effect[] {
  const grave = graveRemovals[kind];
  if (grave !== undefined) return [{ kind: grave }];
  if (workloads.includes(kind) || kind === 'ReplicaSet' || kind === 'Pod') return [{ kind: 'stops-pods' }];
  return carriers.includes(kind) ? [{ kind: 'ends-traffic' }] : [];
}

// A change of the pod template, whoever caused it, rolls the pods (kubernetes.io/docs/concepts/workloads/controllers).
function effectsOfUpdate(change: Change): readonly Effect[] {
  const differing = change.paths.filter((path) => !sameJson(path.before, path.after));
  const effects: Effect[] = [];
  if (differing.some(({ path }) => /^spec\.template(\.|$)/.test(path))) effects.push({ kind: 'restarts-pods' });
  const scaled = differing.find(({ path }) => path === 'spec.replicas');
  if (typeof scaled?.before === 'number' && typeof scaled.after === 'number') {
    const back = scaled.causes.includes('drift') && !scaled.causes.includes('pull-request');
    effects.unshift({ kind: 'scales', from: scaled.before, to: scaled.after, back });
  }
  return effects;
}
