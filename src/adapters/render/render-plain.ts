import { chartFile, type Problem, type RenderingSource, type RenderResult } from '../../domain/rendering.ts';
import { readManifestsInSteps, type SourceFile } from '../../plan/manifests/read-manifests.ts';
import type { TreeEntry, Trees } from '../../ports/trees.ts';
import { finishRendering } from './finish-rendering.ts';
import { inSlices } from './in-slices.ts';
import { nameOf } from './repository-path.ts';

/** All `.yaml`, `.yml` and `.json` files below a folder, however deep. Nothing is written to a disk. */
export async function renderPlain(
  trees: Trees,
  source: RenderingSource,
  entries: readonly TreeEntry[],
): Promise<RenderResult> {
  const problems = entries.flatMap((entry) => complaints(entry));
  const files = entries.filter((entry) => entry.kind === 'file' && /\.(yaml|yml|json)$/.test(entry.path));
  if (problems.length > 0) return { kind: 'refused', problems };

  const contents = await trees.blobs(
    source.repository,
    files.map((file) => file.id),
    maxBytes,
  );
  if (contents === 'too-large') {
    const message = 'The YAML below this folder is larger than 32 MiB: split the environment.';
    return { kind: 'refused', problems: [{ file: source.path, line: null, path: null, message }] };
  }
  return await inSlices(
    rendering(files.map(({ path }, index) => ({ path, content: contents[index] ?? new Uint8Array() }))),
  );
}

function* rendering(files: readonly SourceFile[]): Generator<void, RenderResult> {
  return yield* finishRendering({ kind: 'plain', version: '1' }, yield* readManifestsInSteps(files));
}

/** About 15,000 Deployments. */
const maxBytes = 32 * 1024 * 1024;

/** What would make manifests vanish unseen, and vanished means deleted. */
function complaints(entry: TreeEntry): readonly Problem[] {
  const say = (message: string): readonly Problem[] => [{ file: entry.path, line: null, path: null, message }];
  switch (entry.kind) {
    case 'symlink':
      return say('This is a symbolic link: Fairlead follows none. Put the file itself here, or use a kustomization.');
    case 'submodule':
      return say('This is a submodule: its content is not in this repository.');
    case 'file':
      break;
  }
  const name = nameOf(entry.path);
  if (/^kustomization(\.ya?ml)?$/i.test(name)) {
    return say('This is a kustomization below a folder of plain YAML: let the environment’s path name its folder.');
  }
  if (name === chartFile) {
    return say('This is a Helm chart below a folder of plain YAML: let the environment’s path name its folder.');
  }
  return [];
}
