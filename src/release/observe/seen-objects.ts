import { type IdentityKey, identityKey } from '../../domain/manifest.ts';
import { isFleeting } from '../../plan/fleeting.ts';
import type { ReleasedObject } from './changed-since-release.ts';
import type { OwnedObject } from './owned-objects.ts';
import { type HealthPorts, readHealth, type SeenObject, withPods } from './read-health.ts';

/** The objects that a release owns, each as it was when it was last looked at. */
export class SeenObjects {
  readonly #owned: readonly OwnedObject[];
  readonly #ports: HealthPorts;
  readonly #signal: AbortSignal;
  /** What goes away by itself when it is done. */
  readonly #fleeting: ReadonlySet<IdentityKey>;
  readonly #seen = new Map<IdentityKey, SeenObject>();

  constructor(owned: readonly OwnedObject[], ports: HealthPorts, signal: AbortSignal) {
    this.#owned = owned;
    this.#ports = ports;
    this.#signal = signal;
    this.#fleeting = new Set(owned.flatMap(({ entry, manifest }) => (isFleeting(manifest) ? identityKey(entry) : [])));
  }

  /** How many there are to look at. */
  get size(): number {
    return this.#owned.length;
  }

  /** In no order; empty until the first look. */
  all(): readonly SeenObject[] {
    return [...this.#seen.values()];
  }

  /** Those that are there, with their manifests. */
  present(): readonly ReleasedObject[] {
    return this.#owned.flatMap(({ entry, manifest }) => {
      const live = this.#seen.get(identityKey(entry))?.object ?? null;
      return live === null ? [] : [{ entry, manifest, live }];
    });
  }

  async lookAtAll(): Promise<void> {
    await this.#look(this.#owned);
  }

  /** At those that were not healthy when they were last looked at. Tells whether that was all of them. */
  async lookAtUnwell(): Promise<boolean> {
    const unwell = this.#owned.filter(({ entry }) => this.#seen.get(identityKey(entry))?.health.kind !== 'healthy');
    await this.#look(unwell);
    return unwell.length === this.#owned.length;
  }

  /** With what the pods of those that are not well say: a request for each, so asked only where somebody will read it. */
  async withPods(): Promise<readonly SeenObject[]> {
    return await withPods(this.all(), this.#ports, this.#signal);
  }

  async #look(owned: readonly OwnedObject[]): Promise<void> {
    const entries = owned.map(({ entry }) => entry);
    for (const seen of await readHealth(entries, this.#ports, this.#signal)) {
      const key = identityKey(seen.entry);
      const isDone = seen.health.kind === 'missing' && seen.entry.uid !== null && this.#fleeting.has(key);
      this.#seen.set(key, isDone ? { ...seen, health: { kind: 'healthy' } } : seen);
    }
  }
}
