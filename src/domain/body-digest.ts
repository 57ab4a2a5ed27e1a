import { createHash } from 'node:crypto';

/** What tells one text of a comment from another, however its lines end: SHA-256 in hexadecimal. */
export function bodyDigest(body: string): string {
  return createHash('sha256').update(body.replaceAll('\r\n', '\n')).digest('hex');
}
