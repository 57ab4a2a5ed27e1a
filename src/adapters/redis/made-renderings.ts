import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { canonicalJson, parseJson } from '../../domain/json.ts';
import type { KnownRendering, Looks, MadeRenderings } from '../../ports/made-renderings.ts';
import { answerWithinMs, keyPrefix, within } from './connection.ts';
import * as shapes from './record-shapes.ts';
import { type RedisRenderings, renderingKeptMs } from './renderings.ts';

/** Keys in this process: some hundred bytes each. */
const mostKnown = 20_000;
/** Base, merge result, and what lately was one of them. */
const looksOfPlace = 4;
/** Places in this process; what a kustomization is made of is some kilobytes of paths. */
const mostPlaces = 1_000;

interface Made extends KnownRendering {
  readonly digest: string;
}

const madeShape = z.object({
  id: z.string(),
  renderer: shapes.renderer,
  manifests: z.int().nonnegative(),
  digest: z.string(),
});
const looksShape = z.array(z.array(z.string()).readonly()).readonly();

/**
 * Which source was rendered to what, beside the renderings in Redis. `version` of Fairlead: another one may read manifests in
 * another way.
 */
export function redisMadeRenderings(client: Redis, renderings: RedisRenderings, version: string): MadeRenderings {
  const made = new Map<string, Made>();
  const places = new Map<string, readonly Looks[]>();
  const keyOf = (kind: string, name: string): string =>
    `${keyPrefix}:${kind}:${createHash('sha256').update(`${version} ${name}`).digest('base64url')}`;

  const read = async <T>(key: string, shape: z.ZodType<T>): Promise<T | null> => {
    const text = await within(answerWithinMs, key, () => client.getex(key, 'PX', renderingKeptMs));
    const parsed = text === null ? null : shape.safeParse(jsonOrNull(text));
    return parsed?.success === true ? parsed.data : null;
  };
  const write = async (key: string, value: object): Promise<void> => {
    const text = JSON.stringify(value);
    await within(answerWithinMs, key, () => client.set(key, text, 'PX', renderingKeptMs));
  };

  const madeAs = async (key: string): Promise<Made | null> => {
    const found = made.get(key) ?? (await read(keyOf('made', key), madeShape));
    if (found !== null) bounded(made, key, found, mostKnown);
    return found;
  };
  const looks = async (place: string): Promise<readonly Looks[]> => {
    const found = places.get(place) ?? (await read(keyOf('looks', place), looksShape)) ?? [];
    if (found.length > 0) bounded(places, place, found, mostPlaces);
    return found;
  };

  return {
    known: madeAs,
    find: async (key) => {
      const found = await madeAs(key);
      return found === null ? null : await renderings.findExactly(found.id, found.digest);
    },
    keep: async (key, rendering) => {
      const { id, renderer, manifests } = rendering;
      const digest = await renderings.digestOf(rendering);
      const one: Made = { id, renderer, manifests: manifests.length, digest };
      bounded(made, key, one, mostKnown);
      await renderings.save(rendering);
      await write(keyOf('made', key), one);
    },
    looks,
    keepLooks: async (place, latest) => {
      const before = await looks(place);
      const others = before.filter((one) => canonicalJson(one) !== canonicalJson(latest));
      const kept = [latest, ...others].slice(0, looksOfPlace);
      bounded(places, place, kept, mostPlaces);
      await write(keyOf('looks', place), kept);
    },
  };
}

/** The one that was asked for last comes last. */
function bounded<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
