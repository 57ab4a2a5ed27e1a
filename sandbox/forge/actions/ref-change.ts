/** A ref that moved. */
export interface RefChange {
  /** `refs/heads/main` */
  readonly ref: string;
  /** `zeroSha`: the ref is new. */
  readonly before: string;
  /** `zeroSha`: the ref is gone. */
  readonly after: string;
}

/** `feature/x` of `refs/heads/feature/x`; null for tags. */
export function branchOf(ref: string): string | null {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
}
