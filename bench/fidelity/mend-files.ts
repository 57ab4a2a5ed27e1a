import { loadAll } from 'js-yaml';
import { identityKey, type Manifest, referenceOf } from '../../src/domain/manifest.ts';
import { readManifests, type SourceFile } from '../../src/plan/manifests/read-manifests.ts';

export interface Mended {
  /** Why the files would be refused as they are; empty: they are not. */
  readonly refusals: readonly string[];
  /** Of what is left once nothing is refused: files that cannot be read are left out, the last of two twins stays. */
  readonly manifests: readonly Manifest[];
}

/** The manifests of real files as they are written, mended where Fairlead refuses to render them. */
export function mendedManifests(files: readonly SourceFile[]): Mended {
  const whole = readManifests(files);
  if (whole.kind === 'read') return { refusals: [], manifests: whole.manifests };
  const found = new Map<string, Manifest>();
  for (const manifest of files.flatMap(manifestsOf)) found.set(identityKey(referenceOf(manifest.object)), manifest);
  return { refusals: whole.problems.map(({ message }) => message), manifests: [...found.values()] };
}

function manifestsOf(file: SourceFile): readonly Manifest[] {
  const whole = readManifests([file]);
  if (whole.kind === 'read') return whole.manifests;
  return documentsOf(file).flatMap((document) => {
    const content = new TextEncoder().encode(JSON.stringify(document));
    const one = readManifests([{ path: file.path, content }]);
    return one.kind === 'read' ? one.manifests : [];
  });
}

function documentsOf({ content }: SourceFile): readonly unknown[] {
  try {
    return loadAll(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return [];
  }
}
