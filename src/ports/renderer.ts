import type { RenderingSource, RenderResult } from '../domain/rendering.ts';

/** Plain YAML, kustomize and Helm charts: manifests of a path of a tree, or every problem that keeps them from being made. */
export interface Renderer {
  render(source: RenderingSource): Promise<RenderResult>;
}
