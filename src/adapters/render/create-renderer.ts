import { createHash } from 'node:crypto';
import type { ClusterFacts } from '../../domain/cluster-facts.ts';
import type { Problem, RenderingSource, RenderResult } from '../../domain/rendering.ts';
import type { Renderer } from '../../ports/renderer.ts';
import type { TreeEntry } from '../../ports/trees.ts';
import type { HelmBinary } from './find-helm.ts';
import { chartFile } from './helm-chart.ts';
import { chartClosure } from './helm-closure.ts';
import { kustomizationNames } from './kustomization-names.ts';
import { limit } from './limit.ts';
import { RememberedRenderings } from './remembered-renderings.ts';
import { renderChart } from './render-chart.ts';
import { type KustomizeOptions, renderKustomization } from './render-kustomization.ts';
import { renderPlain } from './render-plain.ts';
import { joinPath } from './repository-path.ts';
import type { JailedProgram } from './run-jailed.ts';

export interface RendererOptions extends KustomizeOptions {
  /** null: not installed; charts are then refused. */
  readonly helm: HelmBinary | null;
  /** What a cluster said of itself last; null: nothing yet, and charts for it are refused until then. */
  readonly facts: (cluster: string) => Promise<ClusterFacts | null>;
}

/** Of each kind in one process; the others wait in the order they came. */
const rendersAtOnce = 2;

/** About 50 MB. */
const rememberedManifests = 10_000;

/** Renders a folder of a tree: a kustomization or a chart where it holds one, else all YAML below it. */
export function createRenderer(options: RendererOptions): Renderer {
  // Each kustomize, or helm, may use two cores and 1.5 GB, whatever the machine has.
  const built = limit(rendersAtOnce);
  // Reading 32 MiB of YAML takes up to 1 GB here, and one thread whatever their number: two, so that a small one passes.
  const read = limit(rendersAtOnce);
  const lately = new RememberedRenderings(rememberedManifests);
  return {
    async render(source) {
      const entries = await options.trees.entries(source.repository, source.tree, source.path);
      if (entries === null) return { kind: 'absent' };
      const detected = detect(source, entries);
      switch (detected.kind) {
        case 'plain':
          return withoutChart(
            source,
            await lately.recall(plainKey(entries), () => read(() => renderPlain(options.trees, source, entries))),
          );
        case 'kustomization': {
          const refusal = source.fromFork === true ? refusalOfForks(options.kustomize) : null;
          if (refusal !== null) return refused(detected.file, refusal);
          // What it is made of is known only once it is rendered: the whole tree may be.
          const made = await lately.recall(`${source.tree} ${source.path}`, () =>
            built(() => renderKustomization(options, source, detected.file)),
          );
          return withoutChart(source, made);
        }
        case 'chart': {
          const refusal = source.fromFork === true ? refusalOfForks(options.helm) : null;
          if (refusal !== null) return refused(detected.file, refusal);
          return chartRendering(source, { entries, file: detected.file });
        }
        case 'refused':
          return refused(detected.file, detected.message);
      }
    },
  };

  async function chartRendering(source: RenderingSource, found: FoundChart): Promise<RenderResult> {
    const { helm, trees, temporary } = options;
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
    const key = `${plainKey(entries)} ${JSON.stringify([source.path, chart, facts])}`;
    return await lately.recall(key, () =>
      built(async () => {
        const closure = await chartClosure(trees, source, entries);
        return closure.kind === 'refused' ? closure : renderChart(source, { helm, closure, chart, facts, temporary });
      }),
    );
  }
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

/** All that plain YAML, or a chart, is made of. Another tree that holds the same folder renders the same. */
function plainKey(entries: readonly TreeEntry[]): string {
  const hash = createHash('sha256');
  for (const { kind, id, path } of entries) hash.update(`${kind} ${id} ${path}\0`);
  return hash.digest('hex');
}

function refused(file: string, message: string): Extract<RenderResult, { readonly kind: 'refused' }> {
  const problem: Problem = { file, line: null, path: null, message };
  return { kind: 'refused', problems: [problem] };
}
