import type { Identity } from './manifest.ts';

/** What comes or goes together with an object and stands nowhere else in the plan, as it was when the plan was made. */
export type GoesWith = Contents | CustomResources | DroppedFields | Volume | MadeClaims;

/** What is in a namespace, without what other objects in it made (pods of a Deployment) and what every namespace has. */
export interface Contents {
  readonly kind: 'contents';
  /** How many of which kind, most first. */
  readonly counts: readonly { readonly kind: string; readonly count: number }[];
  readonly unplanned: Unplanned;
  /** Kinds of which nobody here may know what there is. `everything`: not even which kinds there are. */
  readonly unread: readonly string[] | 'everything';
}

/** The objects of a kind that goes. */
export interface CustomResources {
  readonly kind: 'custom-resources';
  /** `Widget` */
  readonly of: string;
  readonly count: number;
  /** In how many namespaces; 0 where the kind has none. */
  readonly namespaces: number;
  /** How many of them are outside what the operator allows the environment: they are not named. */
  readonly outside: number;
  readonly unplanned: Unplanned;
  /** All there are were counted; else those in the environment's own namespaces, as far as they may be read. */
  readonly whole: boolean;
}

/** What a changed definition takes away from the objects of its kind. */
export interface DroppedFields {
  readonly kind: 'dropped-fields';
  /** `Widget` */
  readonly of: string;
  /** `spec.size`, `spec.ports[].name`: those that any of them holds; where not all could be looked through, all that its schema drops. */
  readonly fields: readonly string[];
  /** How many of them hold any. */
  readonly count: number;
  /** How many of those are outside what the operator allows the environment. */
  readonly outside: number;
  /** All there are were looked through; else those in the environment's own namespaces, as far as they may be read. */
  readonly whole: boolean;
}

/** Of a claim or a volume: what holds the data. What is not known is null. */
export interface Volume {
  readonly kind: 'volume';
  /** `10Gi` */
  readonly size: string | null;
  readonly storageClass: string | null;
  /** Of a claim the volume that it is bound to; of a volume the claim, `shop/data`. */
  readonly bound: string | null;
  /** What becomes of the volume: `Delete`, `Retain`. */
  readonly reclaimPolicy: string | null;
}

/** The volume claims that a new StatefulSet makes for its pods. */
export interface MadeClaims {
  readonly kind: 'made-claims';
  /** At least one. */
  readonly count: number;
  /** The first of them: `data-db-0`. */
  readonly names: readonly string[];
  /** One for each template. */
  readonly templates: readonly { readonly size: string | null; readonly storageClass: string | null }[];
}

/** What goes and is no part of the plan. */
export interface Unplanned {
  readonly count: number;
  /** The first of them. */
  readonly names: readonly Identity[];
}
