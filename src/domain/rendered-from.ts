import { type Json, sameJson } from './json.ts';
import type { Manifest } from './manifest.ts';
import type { Renderer, Rendering } from './rendering.ts';

/** What made the manifests of an environment, and in which files of Git a pull request makes them differ. */
export interface RenderedFrom {
  readonly renderer: Renderer;
  /** After the merge; where that leaves none, before it. */
  readonly manifests: number;
  /** Files in which something differs between base and merge result, sorted; the first of them. */
  readonly differing: readonly string[];
  /** How many more there are. */
  readonly more: number;
}

const filesNamed = 20;

/** null: neither side holds a rendering. Manifests whose file the renderer lost are in no file. */
export function renderedFrom(base: Rendering | null, merged: Rendering | null): RenderedFrom | null {
  const rendering = merged ?? base;
  if (rendering === null) return null;
  const differing = base?.id === merged?.id ? [] : differingFiles(base, merged);
  return {
    renderer: rendering.renderer,
    manifests: rendering.manifests.length,
    differing: differing.slice(0, filesNamed),
    more: Math.max(0, differing.length - filesNamed),
  };
}

function differingFiles(base: Rendering | null, merged: Rendering | null): readonly string[] {
  const [before, after] = [byFile(base), byFile(merged)];
  const files = [...new Set([...before.keys(), ...after.keys()])];
  return files.filter((file) => !sameJson(before.get(file), after.get(file))).toSorted();
}

function byFile(rendering: Rendering | null): ReadonlyMap<string, Json> {
  const files = new Map<string, Manifest['object'][]>();
  for (const { object, origin } of rendering?.manifests ?? []) {
    if (origin === null) continue;
    const objects = files.get(origin.file) ?? [];
    objects.push(object);
    files.set(origin.file, objects);
  }
  return files;
}
