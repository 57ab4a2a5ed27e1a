import type { ClusterFacts } from '../../domain/cluster-facts.ts';
import { chartFile, type Problem, type RenderingSource, type RenderResult } from '../../domain/rendering.ts';
import type { MadeRenderings } from '../../ports/made-renderings.ts';
import type { Renderer } from '../../ports/renderer.ts';
import type { TreeEntry, Trees } from '../../ports/trees.ts';
import { chartClosure } from './helm/helm-closure.ts';
import { renderChart } from './helm/render-chart.ts';
import type { FoundProgram } from './jail/find-jailed-program.ts';
import type { JailedProgram } from './jail/run-jailed.ts';
import { kustomizationNames } from './kustomize/kustomization-names.ts';
import { type KustomizeOptions, renderKustomization } from './kustomize/render-kustomization.ts';
import { limit } from './limit.ts';
import { keyOfFolder, keyOfLooks } from './made-from.ts';
import { renderPlain } from './render-plain.ts';
import { RenderedOnce } from './rendered-once.ts';
import { joinPath } from './repository-path.ts';
import { TreeIndexes } from './tree-indexes.ts';

export interface RendererOptions extends KustomizeOptions {
  readonly trees: Trees;
  readonly made: MadeRenderings;
  /** null: not installed; charts are then refused. */
  readonly helm: FoundProgram | null;
  /** What a cluster said of itself last; null: nothing yet, and charts for it are refused until then. */
  readonly facts: (cluster: string) => Promise<ClusterFacts | null>;
}

/** Of each kind in one process; the others wait in the order they came. */
const rendersAtOnce = 2;

/** Renders a folder of a tree: a kustomization or a chart where it holds one, else all YAML below it. */
export function createRenderer(options: RendererOptions): Renderer {
  const { trees, made } = options;
  // Each kustomize, or helm, may use two cores and 1.5 GB, whatever the machine has.
  const built = limit(rendersAtOnce);
  // Reading 32 MiB of YAML takes up to 1 GB here, and one thread whatever their number: two, so that a small one passes.
  const read = limit(rendersAtOnce);
  const once = new RenderedOnce(made);
  const indexes = new TreeIndexes(trees);
  return {
    async render(source) {
      const found = await lookAt(source);
      if (found.kind !== 'recipe') return found;
      return await found.render();
    },
    async known(source) {
      const found = await lookAt(source);
      if (found.kind !== 'recipe') return null;
      for (const key of await found.keys()) {
        const known = await made.known(key);
        if (known !== null) return known;
      }
      return null;
    },
  };

  async function lookAt(source: RenderingSource): Promise<Recipe | RenderResult> {
    const entries = await indexes.entries(source.repository, source.tree, source.path);
    if (entries === null) return { kind: 'absent' };
    const detected = detect(source, entries);
    switch (detected.kind) {
      case 'plain':
        return plainRecipe(source, entries);
      case 'kustomization': {
        const refusal = source.fromFork === true ? refusalOfForks(options.kustomize) : null;
        return refusal === null ? kustomizeRecipe(source, detected.file) : refused(detected.file, refusal);
      }
      case 'chart': {
        const refusal = source.fromFork === true ? refusalOfForks(options.helm) : null;
        return refusal === null
          ? await chartRecipe(source, { entries, file: detected.file })
          : refused(detected.file, refusal);
      }
      case 'refused':
        return refused(detected.file, detected.message);
    }
  }

  function plainRecipe(source: RenderingSource, entries: readonly TreeEntry[]): Recipe {
    const key = keyOfFolder(entries, ['plain']);
    const make = () => read(() => renderPlain(trees, source, entries));
    return {
      kind: 'recipe',
      keys: () => Promise.resolve([key]),
      render: async () => withoutChart(source, await once.recall(key, make)),
    };
  }

  function kustomizeRecipe(source: RenderingSource, file: string): Recipe {
    const { repository, tree } = source;
    const besides = ['kustomize', options.kustomize?.version ?? null, file];
    // Where it stands may be guessed from where it stood: what is found there decides.
    const place = JSON.stringify([repository.id, file]);
    const keys = async (): Promise<readonly string[]> => {
      const [index, looks] = await Promise.all([indexes.of(repository, tree), made.looks(place)]);
      return looks.map((paths) => keyOfLooks(paths, index, besides));
    };
    const make = async (): Promise<RenderResult> => {
      for (const key of await keys()) {
        const rendering = await made.find(key);
        if (rendering !== null) return { kind: 'rendered', rendering };
      }
      const index = await indexes.of(repository, tree);
      const { result, looks } = await built(() => renderKustomization(options, source, { index, file }));
      if (result.kind !== 'rendered') return result;
      await made.keep(keyOfLooks(looks, index, besides), result.rendering);
      await made.keepLooks(place, looks);
      return result;
    };
    const render = async () => withoutChart(source, await once.together(`${tree} ${place}`, make));
    return { kind: 'recipe', keys, render };
  }

  async function chartRecipe(source: RenderingSource, found: FoundChart): Promise<Recipe | RenderResult> {
    const { helm, temporary } = options;
    const { chart } = source;
    const { file, entries } = found;
    if (helm === null) return refused(file, 'This is a Helm chart, and this Fairlead has no helm.');
    if (chart === null)
      return refused(file, 'This is a Helm chart, and nobody can tell any more what it was rendered with.');
    const facts = await options.facts(chart.cluster);
    if (facts === null) {
      const message = `The cluster ${chart.cluster} has not told its version and APIs yet, and a chart may ask for them: they are asked for, and this goes on by itself.`;
      return { ...refused(file, message), awaits: chart.cluster };
    }
    const key = keyOfFolder(entries, ['helm', helm.version, source.path, JSON.stringify([chart, facts])]);
    const make = () =>
      built(async () => {
        const closure = await chartClosure(trees, source, entries);
        return closure.kind === 'refused' ? closure : renderChart(source, { helm, closure, chart, facts, temporary });
      });
    return { kind: 'recipe', keys: () => Promise.resolve([key]), render: () => once.recall(key, make) };
  }
}

/** How something is rendered, and under which keys it may have been before. */
interface Recipe {
  readonly kind: 'recipe';
  readonly keys: () => Promise<readonly string[]>;
  readonly render: () => Promise<RenderResult>;
}

/** What the settings say of a chart changes nothing where there is none: without a word it would look as if it did. */
function withoutChart({ path, chart }: RenderingSource, result: RenderResult): RenderResult {
  if (result.kind !== 'rendered' || chart === null || chart.values.length === 0) return result;
  const message = `The settings name helm.values, and ${path} holds no chart: they change nothing.`;
  const remarks = [...result.rendering.remarks, { file: null, line: null, path: 'helm.values', message }];
  return { kind: 'rendered', rendering: { ...result.rendering, remarks } };
}

interface FoundChart {
  readonly file: string;
  readonly entries: readonly TreeEntry[];
}

type Detected =
  | { readonly kind: 'plain' }
  | { readonly kind: 'kustomization'; readonly file: string }
  | { readonly kind: 'chart'; readonly file: string }
  | { readonly kind: 'refused'; readonly file: string; readonly message: string };

function detect(source: RenderingSource, entries: readonly TreeEntry[]): Detected {
  const paths = new Set(entries.map((entry) => entry.path));
  if (source.path !== '' && paths.has(source.path)) {
    return { kind: 'refused', file: source.path, message: 'The path of an environment is a folder; this is a file.' };
  }
  const [file, second] = kustomizationNames
    .map((name) => joinPath(source.path, name))
    .filter((candidate) => paths.has(candidate));
  if (second !== undefined) {
    return { kind: 'refused', file: second, message: 'There are two kustomization files in this folder: keep one.' };
  }
  const chart = joinPath(source.path, chartFile);
  if (paths.has(chart)) {
    return file === undefined
      ? { kind: 'chart', file: chart }
      : { kind: 'refused', file, message: 'There is a chart and a kustomization in this folder: keep one.' };
  }
  return file === undefined ? { kind: 'plain' } : { kind: 'kustomization', file };
}

/** Why a program reads nothing of a stranger here; null: it may, because it is jailed, or there is none. Plain YAML needs none. */
function refusalOfForks(program: JailedProgram | null): string | null {
  if (program === null || program.jail.kind === 'jail') return null;
  return 'This pull request comes from a fork, and what a fork brings is built only in a jail, which this Fairlead does not have: its operator finds in /readyz what is missing. The same commits on a branch of this repository are planned.';
}

function refused(file: string, message: string): Extract<RenderResult, { readonly kind: 'refused' }> {
  const problem: Problem = { file, line: null, path: null, message };
  return { kind: 'refused', problems: [problem] };
}
