import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ClusterFacts } from '../../../domain/cluster-facts.ts';
import { Failure } from '../../../domain/failure.ts';
import {
  type ChartOptions,
  chartFile,
  type Problem,
  type RenderingSource,
  type RenderResult,
} from '../../../domain/rendering.ts';
import { repositoryName } from '../../../domain/repository.ts';
import { definedKinds } from '../../../plan/manifests/kinds.ts';
import { type ManifestReading, readManifestsInSteps } from '../../../plan/manifests/read-manifests.ts';
import type { RunEnd } from '../../process/run-bounded.ts';
import { finishRendering } from '../finish-rendering.ts';
import { inSlices } from '../in-slices.ts';
import { type FoundProgram, rendererBounds } from '../jail/find-jailed-program.ts';
import { runJailed } from '../jail/run-jailed.ts';
import { joinPath } from '../repository-path.ts';
import { lockRemarks } from './chart-lock.ts';
import type { ChartClosure } from './helm-closure.ts';
import { differingObjects, readHelmOutput } from './helm-output.ts';
import { helmProblems } from './helm-refusal.ts';
import { randomUses, templateRemarks } from './helm-remarks.ts';
import { skippedHooks } from './helm-skipped-hooks.ts';

export interface ChartRun {
  readonly helm: FoundProgram;
  readonly closure: ChartClosure;
  readonly chart: ChartOptions;
  readonly facts: ClusterFacts;
  /** Exists; the rendering gets a folder of its own in it, for as long as it takes. */
  readonly temporary: string;
}

/**
 * The manifests that `helm template` makes of a chart for its target, asked twice: what comes out otherwise the second time
 * would be another release each time somebody looks. Throws `render-failed` where helm itself cannot be run.
 */
export async function renderChart(source: RenderingSource, run: ChartRun): Promise<RenderResult> {
  const { helm, closure, facts } = run;
  const root = await mkdtemp(path.join(run.temporary, 'fairlead-helm-'));
  try {
    await writeChart(root, closure);
    const ask = (args: readonly string[]) => runJailed(helm, root, args, rendererBounds);
    const defined = await definedApis(ask, run);
    if (defined.kind === 'ended') return ended(defined.end, source, closure);
    const args = templateArguments(run, [...facts.apis, ...defined.apis]);
    const [first, second] = [await ask(args), await ask(args)];
    if (!isDone(first)) return ended(first, source, closure);
    if (!isDone(second)) return ended(second, source, closure);
    const skipped = skippedHooks(first.stderr, closure);
    if (skipped.problems.length > 0) return { kind: 'refused', problems: skipped.problems };
    const reading = await inSlices(readHelmOutput(first.stdout, closure));
    if (!first.stdout.equals(second.stdout)) {
      const again = await inSlices(readHelmOutput(second.stdout, closure));
      if (reading.kind === 'read' && again.kind === 'read') {
        const differing = differingObjects(reading.manifests, again.manifests);
        if (differing.length > 0) return { kind: 'refused', problems: [restless(differing, closure)] };
      }
    }
    const remarked: ManifestReading =
      reading.kind === 'read'
        ? {
            ...reading,
            remarks: [
              ...reading.remarks,
              ...skipped.remarks,
              ...templateRemarks(closure, facts),
              ...lockRemarks(closure),
            ],
          }
        : reading;
    return await inSlices(finishRendering({ kind: 'helm', version: helm.version }, remarked));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The chart under names of our own: what Git calls its folders and values would be read as options. */
async function writeChart(root: string, { folder, files, values }: ChartClosure): Promise<void> {
  const write = async (name: string, content: Uint8Array): Promise<void> => {
    const target = path.join(root, name);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await writeFile(target, content, { mode: 0o600, flag: 'wx' });
  };
  for (const [file, content] of files) await write(joinPath('chart', relative(folder, file)), content);
  for (const [index, file] of values.entries()) await write(valuesName(index), files.get(file) ?? new Uint8Array());
}

function relative(folder: string, file: string): string {
  return folder === '' ? file : file.slice(folder.length + 1);
}

function valuesName(index: number): string {
  return `values/${index}.yaml`;
}

type Ask = (args: readonly string[]) => Promise<RunEnd>;

/** A chart's own CRDs are there before its templates are asked, as when helm installs it. */
async function definedApis(
  ask: Ask,
  { closure: { files, archives } }: ChartRun,
): Promise<
  { readonly kind: 'apis'; readonly apis: readonly string[] } | { readonly kind: 'ended'; readonly end: RunEnd }
> {
  if (archives.size === 0 && ![...files.keys()].some((file) => /(^|\/)crds\//.test(file)))
    return { kind: 'apis', apis: [] };
  const end = await ask(['show', 'crds', 'chart']);
  if (!isDone(end)) return { kind: 'ended', end };
  const reading = await inSlices(readManifestsInSteps([{ path: 'crds', content: end.stdout }]));
  // What is wrong with it is said of the whole.
  const manifests = reading.kind === 'read' ? reading.manifests : [];
  const kinds = manifests.flatMap(({ object }) => definedKinds(object));
  return { kind: 'apis', apis: kinds.flatMap(({ apiVersion, kind }) => [apiVersion, `${apiVersion}/${kind}`]) };
}

/** Of one argument; the system takes 128 KiB. */
const apisAtOnce = 200;

function templateArguments({ chart, closure, facts }: ChartRun, apis: readonly string[]): readonly string[] {
  const groups = [...apis.keys()].flatMap((index) =>
    index % apisAtOnce === 0 ? [apis.slice(index, index + apisAtOnce)] : [],
  );
  return [
    'template',
    chart.release,
    'chart',
    `--namespace=${chart.namespace}`,
    `--kube-version=${facts.version}`,
    ...groups.map((group) => `--api-versions=${group.join(',')}`),
    '--include-crds',
    ...closure.values.map((_, index) => `--values=${valuesName(index)}`),
  ];
}

type Done = Extract<RunEnd, { readonly kind: 'exited' }>;

function isDone(end: RunEnd): end is Done {
  return end.kind === 'exited' && end.code === 0;
}

function ended(end: RunEnd, source: RenderingSource, closure: ChartClosure): RenderResult {
  const refused = (message: string): RenderResult => ({ kind: 'refused', problems: [ofChart(closure, message)] });
  switch (end.kind) {
    case 'not-started':
      throw new Failure('render-failed', {
        subject: repositoryName(source.repository),
        message: 'helm could not be started',
        retryable: true,
        cause: end.cause,
      });
    case 'deadline':
      return refused('helm took longer than a minute.');
    case 'output-limit':
      return refused('helm made more than 64 MiB of YAML.');
    case 'killed':
      return refused(`helm needed more memory or time than it may have (${end.signal}).`);
    case 'exited':
      if (/out of memory|cannot allocate/.test(end.stderr)) {
        return refused('helm needed more memory than the 1.5 GB it may have.');
      }
      return { kind: 'refused', problems: helmProblems(end.stderr, closure) };
  }
}

function restless(differing: readonly string[], closure: ChartClosure): Problem {
  const [use] = randomUses(closure);
  const more = differing.length > 5 ? ` and ${differing.length - 5} more` : '';
  const named = `${differing.slice(0, 5).join(', ')}${more}`;
  const why = use === undefined ? 'Something in it is random or reads the clock' : `It is probably \`${use.found}\``;
  const message = `The chart renders otherwise each time: ${named}. ${why}: set a fixed value instead (an existing Secret, a given password).`;
  return use === undefined ? ofChart(closure, message) : { file: use.file, line: use.line, path: null, message };
}

function ofChart({ folder }: ChartClosure, message: string): Problem {
  return { file: joinPath(folder, chartFile), line: null, path: null, message };
}
