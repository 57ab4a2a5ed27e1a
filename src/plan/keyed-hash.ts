import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

// Bytes are looked at anew for each hash, which takes longer than the hash.
const prepared = new WeakMap<Uint8Array, KeyObject>();

/** HMAC-SHA-256, hexadecimal. A bare hash would let anyone confirm a guessed password. */
export function keyedHash(key: Uint8Array, text: string): string {
  const secret = prepared.get(key) ?? createSecretKey(key);
  prepared.set(key, secret);
  return createHmac('sha256', secret).update(text).digest('hex');
}
