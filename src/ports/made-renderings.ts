import type { Renderer, Rendering } from '../domain/rendering.ts';

/**
 * What was rendered before, by keys that name all that it was made of. None of it is trusted to be there: what is missed is
 * rendered again.
 */
export interface MadeRenderings {
  /** What is known of it without reading it; it may be there no more. */
  known(key: string): Promise<KnownRendering | null>;
  /** Exactly what was kept under that key. */
  find(key: string): Promise<Rendering | null>;
  keep(key: string, rendering: Rendering): Promise<void>;
  /** Sets of paths that were looked at when something was rendered at this place; the latest first. */
  looks(place: string): Promise<readonly Looks[]>;
  keepLooks(place: string, looks: Looks): Promise<void>;
}

/** Paths of a repository, sorted. What is at them decided on a rendering; some are not there. */
export type Looks = readonly string[];

export interface KnownRendering extends Pick<Rendering, 'id'> {
  readonly renderer: Renderer;
  /** How many. */
  readonly manifests: number;
}
