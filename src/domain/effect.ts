import type { Identity } from './manifest.ts';

/**
 * What a change does to people, as live and predicted objects tell it. Masked like the rest of a change: a text that may
 * not be shown says so, a number that may not be shown is null.
 */
export type Effect = PodsEffect | ImageEffect | DataEffect | TrafficEffect | AccessEffect | DisruptionEffect;

type PodsEffect =
  /** The pod template changes. `pods`: how many of those that run now; `at-once`: all of them end before new ones start. */
  | { readonly kind: 'restarts-pods'; readonly pods: number | null; readonly manner: 'rolling' | 'at-once' }
  /** The pod template changes, and nothing restarts until somebody deletes the pods, or resumes, or until the next run. */
  | { readonly kind: 'restarts-later'; readonly until: 'deleted' | 'resumed' | 'next-run' }
  /** Although pods of these read what changes. */
  | { readonly kind: 'restarts-nothing'; readonly workloads: readonly Identity[] }
  | {
      readonly kind: 'stops-pods';
      readonly pods: number | null;
      readonly by: 'deletion' | 'replacement' | 'scaling';
    }
  /**
   * `back`: not what this pull request asks for, but what it takes back. `dropped`: Git no longer says how many, and `to` is
   * the API server's default.
   */
  | {
      readonly kind: 'scales';
      readonly from: number | null;
      readonly to: number;
      readonly back: boolean;
      readonly dropped: boolean;
    }
  /** For a moment: the autoscaler sets the number again. */
  | {
      readonly kind: 'sets-replicas';
      readonly from: number | null;
      readonly to: number;
      readonly autoscaler: Identity;
    };

type ImageEffect =
  | {
      readonly kind: 'moves-image';
      readonly containers: readonly string[];
      readonly from: string;
      readonly to: string;
    }
  /** New containers whose images have the tag `latest` or none, and no digest. */
  | { readonly kind: 'runs-moving-tag'; readonly images: readonly string[] };

type DataEffect =
  /** `claims`: those that a StatefulSet made; null: its own. */
  | { readonly kind: 'deletes-data'; readonly claims: VolumeClaims | null }
  /** Of a volume, or of the claim to one, that is retained. */
  | { readonly kind: 'leaves-volume' }
  /** `all`: they outlive their StatefulSet, and not only some of its pods. */
  | { readonly kind: 'keeps-claims'; readonly claims: VolumeClaims; readonly all: boolean }
  /** A StatefulSet is made again with other templates of volume claims: what was written stays behind in those of `gone`. */
  | { readonly kind: 'renames-claims'; readonly gone: readonly string[]; readonly come: readonly string[] }
  /** A template of volume claims changes, and the claims that were made of it stay as they are. */
  | { readonly kind: 'leaves-claims'; readonly templates: readonly string[] }
  | { readonly kind: 'deletes-namespace' }
  | { readonly kind: 'deletes-kind' }
  /** Of a changed definition: fields that `count` objects of its kind hold. `whole` false: there may be more of these. */
  | {
      readonly kind: 'drops-fields';
      readonly of: string;
      readonly fields: readonly string[];
      readonly count: number;
      readonly whole: boolean;
    }
  /** Workloads of the same rendering name what is deleted. */
  | { readonly kind: 'leaves-without'; readonly workloads: readonly Identity[] }
  /** Pods of these workloads name the keys, and do not start without. */
  | { readonly kind: 'removes-key'; readonly keys: readonly string[]; readonly workloads: readonly Identity[] };

type TrafficEffect =
  | { readonly kind: 'ends-traffic' }
  /** Labels as `app=web,tier=front`. */
  | { readonly kind: 'moves-selector'; readonly from: string; readonly to: string }
  /** Ports as `80` or `53/UDP`. */
  | {
      readonly kind: 'changes-ports';
      readonly closes: readonly string[];
      readonly opens: readonly string[];
      readonly moves: readonly { readonly port: string; readonly from: string; readonly to: string }[];
    }
  /** No pod of the rendering and none that lives has the labels that it selects. */
  | { readonly kind: 'selects-nothing' }
  /** The pods that carried the traffic of these no longer have the labels, and no others of the rendering do. */
  | { readonly kind: 'leaves-services'; readonly services: readonly Identity[] }
  | { readonly kind: 'moves-hosts'; readonly gone: readonly string[]; readonly come: readonly string[] }
  /** `where`: host and path; null: there was none, there is none any more. */
  | {
      readonly kind: 'moves-backends';
      readonly moves: readonly { readonly where: string; readonly from: string | null; readonly to: string | null }[];
    }
  /** A Service is no longer reachable from outside the cluster as it was. */
  | { readonly kind: 'ends-exposure'; readonly type: Exposure }
  /** What the object names, and what neither the rendering nor the cluster holds. */
  | { readonly kind: 'lacks'; readonly objects: readonly Identity[] };

export type Exposure = 'LoadBalancer' | 'NodePort';

type AccessEffect =
  | { readonly kind: 'exposes'; readonly type: Exposure }
  /** `get, list secrets`; what was not allowed by the same role before. */
  | { readonly kind: 'grants'; readonly rules: readonly string[]; readonly grave: boolean }
  /** `subjects` that the binding did not name before: `Group system:authenticated`. */
  | {
      readonly kind: 'binds';
      readonly subjects: readonly string[];
      readonly role: string;
      readonly grave: boolean;
    }
  /** What pods may do to their node or beyond their container, and could not before: `hostNetwork`. */
  | { readonly kind: 'empowers-pods'; readonly powers: readonly string[] }
  /** Pods get a token of their ServiceAccount, and did not before. */
  | { readonly kind: 'mounts-token' }
  /** `rules`: how many that were not there; null: it lets go of the pods that it selected, as a whole or by its selector. */
  | { readonly kind: 'opens-network'; readonly rules: number | null };

type DisruptionEffect =
  /** The budget leaves none of these workloads' pods to be evicted: drains of nodes wait. Rolling updates do not ask it. */
  | { readonly kind: 'blocks-evictions'; readonly budget: Identity; readonly workloads: readonly Identity[] }
  /** Of a budget that goes. */
  | { readonly kind: 'frees-evictions' };

/** What becomes of the volume claims that a StatefulSet made for its pods. */
export interface VolumeClaims {
  readonly fate: 'deleted' | 'kept';
  /** At least one. */
  readonly count: number;
  /** The first of them, by ordinal: `data-db-0`. */
  readonly names: readonly string[];
}

/** Gravest first: what cannot be taken back, who loses what works, who gains what was refused, what passes. */
export const effectKinds = [
  'deletes-namespace',
  'deletes-kind',
  'deletes-data',
  'drops-fields',
  'renames-claims',
  'stops-pods',
  'ends-traffic',
  'leaves-without',
  'removes-key',
  'lacks',
  'selects-nothing',
  'leaves-services',
  'ends-exposure',
  'moves-hosts',
  'grants',
  'binds',
  'empowers-pods',
  'exposes',
  'opens-network',
  'mounts-token',
  'moves-selector',
  'moves-backends',
  'changes-ports',
  'blocks-evictions',
  'frees-evictions',
  'scales',
  'sets-replicas',
  'restarts-pods',
  'restarts-later',
  'leaves-volume',
  'leaves-claims',
  'keeps-claims',
  'restarts-nothing',
  'moves-image',
  'runs-moving-tag',
] as const satisfies readonly Effect['kind'][];

/** Whether a person must look at it before anything else. */
export function isGrave(effect: Effect): boolean {
  switch (effect.kind) {
    case 'grants':
    case 'binds':
      return effect.grave;
    case 'moves-hosts':
      return effect.gone.length > 0;
    case 'stops-pods':
      return effect.by !== 'replacement';
    case 'restarts-pods':
      return effect.manner === 'at-once';
    case 'deletes-namespace':
    case 'deletes-kind':
    case 'deletes-data':
    case 'drops-fields':
    case 'renames-claims':
    case 'ends-traffic':
    case 'leaves-without':
    case 'removes-key':
    case 'lacks':
    case 'selects-nothing':
    case 'leaves-services':
    case 'ends-exposure':
    case 'empowers-pods':
      return true;
    case 'exposes':
    case 'opens-network':
    case 'mounts-token':
    case 'moves-selector':
    case 'moves-backends':
    case 'changes-ports':
    case 'blocks-evictions':
    case 'frees-evictions':
    case 'scales':
    case 'sets-replicas':
    case 'restarts-later':
    case 'leaves-volume':
    case 'leaves-claims':
    case 'keeps-claims':
    case 'restarts-nothing':
    case 'moves-image':
    case 'runs-moving-tag':
      return false;
  }
}
