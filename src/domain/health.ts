import type { Identity } from './manifest.ts';

/** The health of one object, with the reason a person needs. */
export type Health =
  | { readonly kind: 'healthy' }
  /** It may still become healthy by itself. */
  | { readonly kind: 'progressing'; readonly reason: string }
  /** It says itself that it will not, or has failed. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'missing' };

export interface ObjectHealth {
  readonly identity: Identity;
  readonly health: Health;
}
