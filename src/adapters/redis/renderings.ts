import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Rendering } from '../../domain/rendering.ts';
import type { Logger } from '../../ports/logger.ts';
import { within } from './connection.ts';
import { readRecord, recordKey, transferWithinMs, writtenRecord } from './record-codec.ts';
import * as shapes from './record-shapes.ts';
import { RenderingMemory } from './rendering-memory.ts';

/** Renderings in Redis, with those of lately in this process: every role reads the same ones, and holds each once. */
export interface RedisRenderings {
  find(id: string): Promise<Rendering | 'unrenderable' | null>;
  save(rendering: Rendering): Promise<void>;
  markUnrenderable(id: string): Promise<void>;
  /** Of its bytes in Redis: renderings with one id may come from different files. */
  digestOf(rendering: Rendering): Promise<string>;
  /** null: it is not there, or another one of the same id is. */
  findExactly(id: string, digest: string): Promise<Rendering | null>;
}

/** One that is read is kept anew. */
export const renderingKeptMs = 24 * 3_600_000;

interface Encoded {
  readonly bytes: Buffer;
  readonly digest: string;
}

export function redisRenderings(client: Redis, log: Logger): RedisRenderings {
  const lately = new RenderingMemory();
  // The same one is saved by every job that comes upon it.
  const encodings = new WeakMap<Rendering, Promise<Encoded>>();

  const encodingOf = (rendering: Rendering): Promise<Encoded> => {
    const known = encodings.get(rendering);
    if (known !== undefined) return known;
    const encoding = encode(rendering);
    encodings.set(rendering, encoding);
    return encoding;
  };
  const encode = async (rendering: Rendering): Promise<Encoded> => {
    const { bytes, textLength } = await writtenRecord(shapes.rendering, rendering);
    const digest = digestOf(bytes);
    lately.keep(digest, rendering, textLength);
    return { bytes, digest };
  };

  const read = async (id: string, wanted: string | null): Promise<Rendering | 'unrenderable' | null> => {
    const key = recordKey('rendering', id);
    const bytes = await within(transferWithinMs, key, () => client.getexBuffer(key, 'PX', renderingKeptMs));
    if (bytes === null) return null;
    const digest = digestOf(bytes);
    if (wanted !== null && wanted !== digest) return null;
    const known = lately.find(digest);
    if (known !== null) return known;
    const parsed = await readRecord(bytes, shapes.rendering);
    if (parsed.kind === 'read') {
      if (parsed.value !== 'unrenderable') lately.keep(digest, parsed.value, parsed.textLength);
      return parsed.value;
    }
    log.warn('unreadable record deleted, it will be made again', { record: key, why: parsed.why });
    await within(transferWithinMs, key, () => client.del(key));
    return null;
  };

  return {
    find: (id) => read(id, null),
    save: async (rendering) => {
      const key = recordKey('rendering', rendering.id);
      const { bytes } = await encodingOf(rendering);
      await within(transferWithinMs, key, () => client.set(key, bytes, 'PX', renderingKeptMs));
    },
    markUnrenderable: async (id) => {
      const key = recordKey('rendering', id);
      const { bytes } = await writtenRecord(shapes.rendering, 'unrenderable');
      await within(transferWithinMs, key, () => client.set(key, bytes, 'PX', renderingKeptMs));
    },
    digestOf: async (rendering) => (await encodingOf(rendering)).digest,
    findExactly: async (id, digest) => {
      const found = lately.find(digest) ?? (await read(id, digest));
      return found === 'unrenderable' ? null : found;
    },
  };
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url');
}
