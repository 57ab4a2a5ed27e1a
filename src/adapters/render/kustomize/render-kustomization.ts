import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../../domain/failure.ts';
import type { Problem, RenderingSource, RenderResult } from '../../../domain/rendering.ts';
import { repositoryName } from '../../../domain/repository.ts';
import { yamlBudget } from '../../../plan/yaml/budget.ts';
import { readYamlInSteps } from '../../../plan/yaml/kubernetes-yaml.ts';
import type { Looks } from '../../../ports/made-renderings.ts';
import type { Trees } from '../../../ports/trees.ts';
import type { RunEnd } from '../../process/run-bounded.ts';
import { finishRendering } from '../finish-rendering.ts';
import { inSlices } from '../in-slices.ts';
import type { FoundProgram } from '../jail/find-jailed-program.ts';
import { folderOf, nameOf } from '../repository-path.ts';
import type { TreeIndex } from '../tree-indexes.ts';
import { walkClosure } from './kustomize-closure.ts';
import { askForOrigins, type KustomizeOutput, readKustomizeOutput } from './kustomize-output.ts';
import { runKustomize } from './run-kustomize.ts';

export interface KustomizeOptions {
  readonly trees: Pick<Trees, 'blobs'>;
  /** null: not installed; kustomizations are then refused. */
  readonly kustomize: FoundProgram | null;
  /** Exists; each rendering gets a folder of its own in it, for as long as it takes. */
  readonly temporary: string;
}

export interface RenderedKustomization {
  readonly result: RenderResult;
  /** Every path that decided on it; of what is refused, none. */
  readonly looks: Looks;
}

/**
 * The manifests that `kustomize build` makes of the folder of `file`, its kustomization. What is remote, outside the tree or
 * over a limit is refused with its place; throws `render-failed` where kustomize itself cannot be run.
 */
export async function renderKustomization(
  options: KustomizeOptions,
  source: Pick<RenderingSource, 'repository'>,
  from: { readonly index: TreeIndex; readonly file: string },
): Promise<RenderedKustomization> {
  const { file } = from;
  const refused = (message: string): RenderedKustomization => ({
    result: { kind: 'refused', problems: [{ file, line: null, path: null, message }] },
    looks: [],
  });
  const { kustomize } = options;
  if (kustomize === null) return refused('This is a kustomization, and this Fairlead has no kustomize.');
  const closure = await walkClosure(options.trees, source, from);
  if (closure.kind === 'refused') return { result: closure, looks: [] };

  const root = await mkdtemp(path.join(options.temporary, 'fairlead-kustomize-'));
  try {
    const { files, stripOrigins } = askForOrigins(closure, file);
    for (const [name, content] of files) {
      const target = path.join(root, name);
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      await writeFile(target, content, { mode: 0o600, flag: 'wx' });
    }
    const end = await runKustomize(kustomize, root, folderOf(file));
    if (end.kind === 'exited' && end.code === 0) {
      const made = rendering(kustomize.version, { output: end.stdout, closure, file, stripOrigins });
      return { result: await inSlices(made), looks: closure.looks };
    }
    if (end.kind === 'not-started') {
      const message = 'kustomize could not be started';
      throw new Failure('render-failed', {
        subject: repositoryName(source.repository),
        message,
        retryable: true,
        cause: end.cause,
      });
    }
    const malformed = end.kind === 'exited' ? await inSlices(malformedFiles(closure.files, end.stderr)) : [];
    if (malformed.length > 0) return { result: { kind: 'refused', problems: malformed }, looks: [] };
    return refused(endMessage(end, root, closure.holdsSecrets));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function* rendering(version: string, made: KustomizeOutput): Generator<void, RenderResult> {
  return yield* finishRendering({ kind: 'kustomize', version }, yield* readKustomizeOutput(made));
}

/**
 * What is no YAML among the files that kustomize complains of. Its own words name such a file without its folder, and
 * none where there are Secrets.
 */
function* malformedFiles(files: ReadonlyMap<string, Uint8Array>, stderr: string): Generator<void, readonly Problem[]> {
  const budget = yamlBudget();
  const problems: Problem[] = [];
  for (const [file, content] of files) {
    if (!/\.(yaml|yml|json)$/.test(file) || !stderr.includes(nameOf(file))) continue;
    const reading = yield* readYamlInSteps(Buffer.from(content).toString('utf8'), budget);
    if (reading.kind === 'read') continue;
    for (const { line, message } of reading.problems) problems.push({ file, line, path: null, message });
  }
  return problems;
}

function endMessage(
  end: Exclude<RunEnd, { readonly kind: 'not-started' }>,
  root: string,
  holdsSecrets: boolean,
): string {
  switch (end.kind) {
    case 'deadline':
      return 'kustomize took longer than a minute. Its time grows with the square of the objects: split the environment.';
    case 'output-limit':
      return 'kustomize made more than 64 MiB of YAML.';
    case 'killed':
      return `kustomize needed more memory or time than it may have (${end.signal}).`;
    case 'exited':
      if (/out of memory|cannot allocate/.test(end.stderr))
        return 'kustomize needed more memory than the 1.5 GB it may have.';
      return `kustomize cannot build this: ${kustomizeWords(end.stderr, root, holdsSecrets)}`;
  }
}

/** kustomize's complaints may quote what it read. */
function kustomizeWords(stderr: string, root: string, holdsSecrets: boolean): string {
  const words = stderr
    .replaceAll(`${root}/`, '')
    .replaceAll(root, '.')
    .replace(/^# Warning.*\n/gm, '')
    .trim();
  const last = words.slice(words.lastIndexOf('Error:')).replace(/^Error:\s*/, '');
  if (!holdsSecrets) return last.slice(0, 1_000);
  const known =
    /(no matches for Id [\w.[\]/-]+; failed to find unique target for patch [\w.[\]/-]+)|(security; file '[^']+' is not in or below '[^']+')/.exec(
      last,
    );
  return known?.[0] ?? 'its words are not shown, because the files hold Secrets. Run `kustomize build` to see them.';
}
