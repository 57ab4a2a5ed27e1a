import { sameJson } from '../../domain/json.ts';
import { type Identity, identityName } from '../../domain/manifest.ts';
import type { Change } from '../../domain/plan.ts';
import { list } from '../text/markdown.ts';

/** What a change does to people, as far as the change itself tells. */
export type Effect =
  | { readonly kind: 'deletes-data' }
  | { readonly kind: 'deletes-namespace' }
  | { readonly kind: 'deletes-kind' }
  | { readonly kind: 'stops-pods' }
  | { readonly kind: 'ends-traffic' }
  /** Workloads of the same rendering name what is deleted. */
  | { readonly kind: 'leaves-without'; readonly workloads: readonly Identity[] }
  | { readonly kind: 'restarts-pods' }
  /** Although pods of these read what changes. */
  | { readonly kind: 'restarts-nothing'; readonly workloads: readonly Identity[] }
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
      return [...effectsOfRemoval(change.identity.kind), ...effectsOnReferrers(change)];
    case 'update':
      return [
        ...(workloads.includes(change.identity.kind) ? effectsOfUpdate(change) : []),
        ...effectsOnReferrers(change),
      ];
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
    case 'leaves-without':
      return `⚠️ ${names(effect.workloads)} still ${effect.workloads.length === 1 ? 'refers' : 'refer'} to it`;
    case 'restarts-pods':
      return 'restarts its pods';
    case 'restarts-nothing':
      return `pods that read it are not restarted by this change (${names(effect.workloads)})`;
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
  return summaries.flatMap(({ kind, grave, one, many }) => {
    const number = effects.filter((effect) => effect.kind === kind).length;
    if (number === 0) return [];
    return [{ grave, words: number === 1 ? one : many.replace('#', number.toLocaleString('en-US')) }];
  });
}

/** Gravest first. */
const summaries: readonly {
  readonly kind: Effect['kind'];
  readonly grave: boolean;
  readonly one: string;
  readonly many: string;
}[] = [
  {
    kind: 'deletes-namespace',
    grave: true,
    one: 'deletes a namespace and everything in it',
    many: 'deletes # namespaces and everything in them',
  },
  {
    kind: 'deletes-kind',
    grave: true,
    one: 'deletes a kind and every object of it',
    many: 'deletes # kinds and every object of them',
  },
  {
    kind: 'deletes-data',
    grave: true,
    one: 'deletes a volume claim and its data',
    many: 'deletes # volume claims and their data',
  },
  { kind: 'stops-pods', grave: true, one: 'stops the pods of one workload', many: 'stops the pods of # workloads' },
  {
    kind: 'ends-traffic',
    grave: true,
    one: 'ends the traffic of a service or route',
    many: 'ends the traffic of # services or routes',
  },
  {
    kind: 'leaves-without',
    grave: true,
    one: 'deletes what a workload still refers to',
    many: 'deletes # objects that workloads still refer to',
  },
  {
    kind: 'restarts-pods',
    grave: false,
    one: 'restarts the pods of one workload',
    many: 'restarts the pods of # workloads',
  },
  { kind: 'scales', grave: false, one: 'scales a workload', many: 'scales # workloads' },
];

function names(identities: readonly Identity[]): string {
  return list(identities.map(identityName), 3);
}

function effectsOnReferrers({ referrers }: Change): readonly Effect[] {
  if (referrers === undefined) return [];
  const { kind, workloads: named } = referrers;
  return [{ kind: kind === 'left-without' ? 'leaves-without' : 'restarts-nothing', workloads: named }];
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
