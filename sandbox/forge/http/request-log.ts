/** One request as it was answered, for assertions. */
export interface LoggedRequest {
  readonly kind: 'rest' | 'git';
  readonly method: string;
  /** Without query and without `/api/v3`. */
  readonly path: string;
  readonly query: string;
  /** 0: the connection was reset before an answer. */
  readonly status: number;
  readonly ms: number;
  /** A login, `APP` for an app's JWT, `APP[bot]` for an installation; null without credentials. */
  readonly caller: string | null;
}
