import type { KnownUnchanged } from '../../src/ports/known-unchanged.ts';

export class FakeKnownUnchanged implements KnownUnchanged {
  readonly keys = new Set<string>();

  among(keys: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(keys.filter((key) => this.keys.has(key))));
  }

  remember(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.keys.add(key);
    return Promise.resolve();
  }
}
