import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { chartFile, type Problem, type RenderingSource, valuesSetting } from '../../../domain/rendering.ts';
import { isLfsPointer } from '../../../plan/manifests/lfs-pointer.ts';
import type { TreeEntry, Trees } from '../../../ports/trees.ts';
import { isSafePath, joinPath } from '../repository-path.ts';

/** All files that a chart is made of, and nothing else. */
export interface ChartClosure {
  readonly kind: 'closed';
  /** The chart's folder. */
  readonly folder: string;
  /** Paths from the repository's root, values among them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Of them, those that the settings name, in their order. */
  readonly values: readonly string[];
  /** Vendored charts as archives (`charts/redis-1.0.0.tgz`), unpacked: a tar. */
  readonly archives: ReadonlyMap<string, Buffer>;
  /** A complaint about these files could quote a Secret. */
  readonly holdsSecrets: boolean;
}

/** A chart's folder, whole: its templates may read any file of it (`.Files`). */
export async function chartClosure(
  trees: Trees,
  source: RenderingSource,
  entries: readonly TreeEntry[],
): Promise<ChartClosure | { readonly kind: 'refused'; readonly problems: readonly Problem[] }> {
  const refused = (file: string, message: string) => ({
    kind: 'refused' as const,
    problems: [{ file, line: null, path: null, message }],
  });
  const chart = joinPath(source.path, chartFile);
  const values = (source.chart?.values ?? []).map((name) => joinPath(source.path, name));
  const paths = new Set(entries.map((entry) => entry.path));
  const problems = entries.flatMap((entry) => complaints(entry));
  for (const [index, file] of values.entries()) {
    if (paths.has(file)) continue;
    const message = `There is no file ${file}, which helm.values names.`;
    // The settings name it: where that stands, whoever read them knows.
    problems.push({ file: null, line: null, path: `${valuesSetting}.${index}`, message });
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  const tooMuch = 'This chart is made of more than 2,000 files or 32 MiB: take out what it does not need.';
  if (entries.length > maxFiles) return refused(chart, tooMuch);
  const contents = await trees.blobs(
    source.repository,
    entries.map(({ id }) => id),
    maxBytes,
  );
  if (contents === 'too-large') return refused(chart, tooMuch);

  const files = new Map(entries.map(({ path }, index) => [path, contents[index] ?? new Uint8Array()]));
  const archives = new Map<string, Buffer>();
  let unpacked = 0;
  for (const [file, content] of files) {
    if (isLfsPointer(content)) {
      problems.push(problem(file, 'This is a Git LFS pointer: its content is not in this repository.'));
    }
    if (!/(^|\/)charts\/[^/]+\.tgz$/.test(file)) continue;
    const archive = await unpack(content, maxUnpacked - unpacked);
    if (archive === null) {
      problems.push(problem(file, 'This archive cannot be unpacked, or all together hold more than 64 MiB.'));
      continue;
    }
    unpacked += archive.length;
    archives.set(file, archive);
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  const holdsSecrets = [...files.values(), ...archives.values()].some((content) =>
    /secret/i.test(Buffer.from(content).toString('latin1')),
  );
  return { kind: 'closed', folder: source.path, files, values, archives, holdsSecrets };
}

const maxFiles = 2_000;
const maxBytes = 32 * 1024 * 1024;
const maxUnpacked = 64 * 1024 * 1024;

function complaints({ kind, path }: TreeEntry): readonly Problem[] {
  switch (kind) {
    case 'symlink':
      return [problem(path, 'This is a symbolic link: Fairlead follows none. Put the file itself here.')];
    case 'submodule':
      return [problem(path, 'This is a submodule: its content is not in this repository.')];
    case 'file':
      return isSafePath(path) ? [] : [problem(path, 'This path has a name that Fairlead does not write to a disk.')];
  }
}

function problem(file: string, message: string): Problem {
  return { file, line: null, path: null, message };
}

const inflate = promisify(gunzip);

/** null: it is no gzip, or holds more than it may. */
async function unpack(content: Uint8Array, maxOutputLength: number): Promise<Buffer | null> {
  try {
    return await inflate(content, { maxOutputLength: Math.max(1, maxOutputLength) });
  } catch {
    return null;
  }
}
