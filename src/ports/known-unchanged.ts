/**
 * What dry runs found to change nothing, within the last hour, by keys that name everything which decided on it. A cache: what
 * is lost from it is asked again, and no release is made of it.
 */
export interface KnownUnchanged {
  /** Which of these are known, in no order. */
  among(keys: readonly string[]): Promise<ReadonlySet<string>>;
  remember(keys: readonly string[]): Promise<void>;
}
