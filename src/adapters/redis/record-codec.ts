import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { z } from 'zod';
import { canonicalJson, type Json, parseJson } from '../../domain/json.ts';
import { answerWithinMs, keyPrefix } from './connection.ts';

/** A record of tens of megabytes takes a while on the way. */
export const transferWithinMs = 4 * answerWithinMs;

// Far above what a repository may render, far below what would end the process.
const maxOutputLength = 512 * 1024 * 1024;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

export interface WrittenRecord {
  readonly bytes: Buffer;
  /** Of its JSON. */
  readonly textLength: number;
}

/** Canonical JSON, compressed. */
export async function writtenRecord<T>(shape: z.ZodType<T>, value: T): Promise<WrittenRecord> {
  // What could not be read again must not be written: whoever asks for it would have it made again for ever.
  const written = shape.parse(value);
  // The domain's types are JSON by construction, which an interface cannot say to the compiler.
  const text = canonicalJson(written as Json);
  return { bytes: await compress(text), textLength: text.length };
}

type ReadRecord<T> =
  | { readonly kind: 'read'; readonly value: T; readonly textLength: number }
  | { readonly kind: 'unreadable'; readonly why: string };

export async function readRecord<T>(bytes: Buffer, shape: z.ZodType<T>): Promise<ReadRecord<T>> {
  try {
    const text = (await decompress(bytes, { maxOutputLength })).toString('utf8');
    const parsed = shape.safeParse(parseJson(text));
    if (parsed.success) return { kind: 'read', value: parsed.data, textLength: text.length };
    // Where, not what: a record may hold what a cluster said.
    return {
      kind: 'unreadable',
      why: parsed.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', '),
    };
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.name : 'unknown' };
  }
}

export function recordKey(kind: string, name: string): string {
  return `${keyPrefix}:record:${kind}:${name}`;
}
