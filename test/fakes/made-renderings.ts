import type { Rendering } from '../../src/domain/rendering.ts';
import type { Looks, MadeRenderings } from '../../src/ports/made-renderings.ts';

/** Keeps everything. */
export function madeInMemory(): MadeRenderings {
  const renderings = new Map<string, Rendering>();
  const places = new Map<string, readonly Looks[]>();
  const looks = async (place: string) => places.get(place) ?? [];
  return {
    known: async (key) => {
      const found = renderings.get(key);
      return found ? { id: found.id, renderer: found.renderer, manifests: found.manifests.length } : null;
    },
    find: async (key) => renderings.get(key) ?? null,
    keep: async (key, rendering) => void renderings.set(key, rendering),
    looks,
    keepLooks: async (place, latest) => void places.set(place, [latest, ...(await looks(place))]),
  };
}
