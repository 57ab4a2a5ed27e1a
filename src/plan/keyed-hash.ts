import { createHmac } from 'node:crypto';

/** HMAC-SHA-256, hexadecimal. A bare hash would let anyone confirm a guessed password. */
export function keyedHash(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
