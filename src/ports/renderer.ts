import type { RenderingSource, RenderResult } from '../domain/rendering.ts';
import type { KnownRendering } from './made-renderings.ts';

/** Plain YAML, kustomize and Helm charts: manifests of a path of a tree, or every problem that keeps them from being made. */
export interface Renderer {
  render(source: RenderingSource): Promise<RenderResult>;
  /** What `render` would make, where that is known without making or reading it; null: ask for it. */
  known(source: RenderingSource): Promise<KnownRendering | null>;
}
