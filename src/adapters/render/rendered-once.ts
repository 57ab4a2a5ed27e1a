import type { RenderResult } from '../../domain/rendering.ts';
import type { MadeRenderings } from '../../ports/made-renderings.ts';

/**
 * What is rendered by keys that name all that it is made of: a pull request, its merge and the next pull request render
 * the same again and again. Who asks for what is being rendered waits for that. Only what rendered whole is kept: a
 * refusal may be a limit of the moment.
 */
export class RenderedOnce {
  readonly #made: Pick<MadeRenderings, 'find' | 'keep'>;
  readonly #underWay = new Map<string, Promise<RenderResult>>();

  constructor(made: Pick<MadeRenderings, 'find' | 'keep'>) {
    this.#made = made;
  }

  async recall(key: string, render: () => Promise<RenderResult>): Promise<RenderResult> {
    return await this.together(key, async () => {
      const rendering = await this.#made.find(key);
      if (rendering !== null) return { kind: 'rendered', rendering };
      const result = await render();
      if (result.kind === 'rendered') await this.#made.keep(key, result.rendering);
      return result;
    });
  }

  /** Nothing is kept of it: who asks meanwhile gets the same. */
  async together(name: string, render: () => Promise<RenderResult>): Promise<RenderResult> {
    const underWay = this.#underWay.get(name) ?? render().finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, underWay);
    return await underWay;
  }
}
