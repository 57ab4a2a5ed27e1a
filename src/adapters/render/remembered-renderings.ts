import type { RenderResult } from '../../domain/rendering.ts';

/**
 * What was rendered lately, by a key that names all that it was made of. A pull request, its merge and the next pull
 * request render the same trees again and again. Who asks for what is being rendered waits for that. Only what rendered
 * whole is remembered: a refusal may be a limit of the moment.
 */
export class RememberedRenderings {
  readonly #maxManifests: number;
  readonly #underWay = new Map<string, Promise<RenderResult>>();
  /** The one that was asked for last comes last: a Map keeps insertion order. */
  readonly #remembered = new Map<string, Extract<RenderResult, { readonly kind: 'rendered' }>>();
  #manifests = 0;

  /** Of all remembered renderings together. */
  constructor(maxManifests: number) {
    this.#maxManifests = maxManifests;
  }

  async recall(key: string, render: () => Promise<RenderResult>): Promise<RenderResult> {
    const known = this.#remembered.get(key);
    if (known !== undefined) {
      this.#remembered.delete(key);
      this.#remembered.set(key, known);
      return known;
    }
    const underWay = this.#underWay.get(key) ?? this.#render(key, render).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, underWay);
    return await underWay;
  }

  async #render(key: string, render: () => Promise<RenderResult>): Promise<RenderResult> {
    const result = await render();
    if (result.kind === 'rendered') this.#remember(key, result);
    return result;
  }

  #remember(key: string, result: Extract<RenderResult, { readonly kind: 'rendered' }>): void {
    this.#remembered.set(key, result);
    this.#manifests += sizeOf(result);
    for (const [oldest, forgotten] of this.#remembered) {
      if (this.#manifests <= this.#maxManifests) return;
      this.#remembered.delete(oldest);
      this.#manifests -= sizeOf(forgotten);
    }
  }
}

function sizeOf({ rendering }: Extract<RenderResult, { readonly kind: 'rendered' }>): number {
  return Math.max(1, rendering.manifests.length);
}
