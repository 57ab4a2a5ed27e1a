import type { Json } from '../../domain/json.ts';
import type { ApiStatus } from './api-status.ts';

/** One request to an API server. It must be safe to send twice: a guard, a version or its own nature sees to it. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, every part of it encoded. */
  readonly path: string;
  readonly body: Json | null;
  /** Of a PATCH. Default: server-side apply. */
  readonly contentType?: 'application/json-patch+json';
  /** Default: JSON, whatever its form. */
  readonly accept?: string;
}

export type ApiAnswer =
  | { readonly ok: true; readonly code: number; readonly body: Json; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly status: ApiStatus };
