import { sameJson } from '../../domain/json.ts';
import { type Identity, identityName } from '../../domain/manifest.ts';
import type { Change, VolumeClaims } from '../../domain/plan.ts';
import { count, list } from '../text/markdown.ts';

/** What a change does to people, as far as the change itself tells. */
export type Effect =
  /** `claims`: those that a StatefulSet made; null: its own. */
  | { readonly kind: 'deletes-data'; readonly claims: VolumeClaims | null }
  /** `all`: they outlive their StatefulSet, and not only some of its pods. */
  | { readonly kind: 'keeps-claims'; readonly claims: VolumeClaims; readonly all: boolean }
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
      return [
        ...lostClaims(change),
        ...effectsOfRemoval(change.identity.kind),
        ...keptClaims(change),
        ...effectsOnReferrers(change),
      ];
    case 'update':
      return [
        ...lostClaims(change),
        ...(workloads.includes(change.identity.kind) ? effectsOfUpdate(change) : []),
        ...keptClaims(change),
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
      return effect.claims === null ? 'deletes its data' : lostWords(effect.claims);
    case 'keeps-claims':
      return keptWords(effect.claims, effect.all);
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
    const number = effects.reduce((sum, effect) => sum + (effect.kind === kind ? numberOf(effect) : 0), 0);
    if (number === 0) return [];
    return [{ grave, words: number === 1 ? one : many.replace('#', number.toLocaleString('en-US')) }];
  });
}

function numberOf(effect: Effect): number {
  return effect.kind === 'deletes-data' ? (effect.claims?.count ?? 1) : 1;
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

function lostWords(claims: VolumeClaims): string {
  const what = claims.count === 1 ? 'a volume claim and its data' : `${claims.count} volume claims and their data`;
  return `deletes ${what} (${claimNames(claims)})`;
}

function keptWords(claims: VolumeClaims, all: boolean): string {
  const what = claims.count === 1 ? 'volume claim stays' : `${claims.count} volume claims stay`;
  const whose = all ? 'its ' : claims.count === 1 ? 'a ' : '';
  return `${whose}${what} (${claimNames(claims)})`;
}

function claimNames(claims: VolumeClaims): string {
  const named = claims.names.slice(0, 3);
  const rest = claims.count - named.length;
  return rest === 0 ? named.join(', ') : `${named.join(', ')} and ${count(rest, 'more', 'more')}`;
}

function lostClaims({ volumeClaims }: Change): readonly Effect[] {
  return volumeClaims?.fate === 'deleted' ? [{ kind: 'deletes-data', claims: volumeClaims }] : [];
}

function keptClaims({ action, volumeClaims }: Change): readonly Effect[] {
  return volumeClaims?.fate === 'kept'
    ? [{ kind: 'keeps-claims', claims: volumeClaims, all: action !== 'update' }]
    : [];
}

function effectsOnReferrers({ referrers }: Change): readonly Effect[] {
  if (referrers === undefined) return [];
  const { kind, workloads: named } = referrers;
  return [{ kind: kind === 'left-without' ? 'leaves-without' : 'restarts-nothing', workloads: named }];
}

function effectsOfRemoval(kind: string): readonly Effect[] {
  const grave = graveRemovals[kind];
  if (grave === 'deletes-data') return [{ kind: grave, claims: null }];
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
