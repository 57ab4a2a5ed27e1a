import path from 'node:path';
import { type RunEnd, runBounded } from '../process/run-bounded.ts';

export interface KustomizeBinary {
  /** Absolute. */
  readonly command: string;
  /** As it says itself: `v5.8.1`. */
  readonly version: string;
  /** `PATH` of `prlimit`, `env` and `unshare`; kustomize itself gets none. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the system lets us take the network away from it (unprivileged network namespaces). */
  readonly isolated: boolean;
}

/** What one run may take. Each of them ends it. */
export interface KustomizeBounds {
  /** Address space. */
  readonly memoryBytes: number;
  /** Of all its threads together. */
  readonly cpuSeconds: number;
  readonly deadlineMs: number;
  readonly outputBytes: number;
  /** Of any file that it writes. It has nothing to write: what would, is something else. */
  readonly fileBytes: number;
}

export const kustomizeBounds: KustomizeBounds = {
  // Template and alias bombs end here, and kustomize with 2,000 objects does not.
  memoryBytes: 1_500_000_000,
  cpuSeconds: 60,
  deadlineMs: 60_000,
  outputBytes: 64 * 1024 * 1024,
  fileBytes: 64 * 1024 * 1024,
};

/** The kustomize in `PATH`; null: there is none that runs, or nothing to bound it with. */
export async function findKustomize(environment: Readonly<Record<string, string>>): Promise<KustomizeBinary | null> {
  const bounds = { cwd: '/', environment, input: '', deadlineMs: 30_000, maxOutput: 10_000 };
  const found = await runBounded({ ...bounds, command: 'sh', args: ['-c', 'command -v kustomize'] });
  const command = found.kind === 'exited' && found.code === 0 ? found.stdout.toString('utf8').trim() : '';
  if (!path.isAbsolute(command)) return null;
  const probe = await runBounded({ ...bounds, command: 'unshare', args: [...withoutNetwork, 'true'] });
  const isolated = probe.kind === 'exited' && probe.code === 0;
  const asRun = boundedArguments({ command, isolated }, kustomizeBounds);
  const said = await runBounded({ ...bounds, command: 'prlimit', args: [...asRun, 'version'] });
  if (said.kind !== 'exited' || said.code !== 0) return null;
  return { command, version: said.stdout.toString('utf8').trim(), environment, isolated };
}

/** Its version, and for the operator what is missing around it and what remains. */
export function describeKustomize({ version, isolated }: KustomizeBinary): string {
  return isolated ? version : `${version}, ${withNetwork}`;
}

/** Said where a system lets nobody take a program's network away. */
export const withNetwork =
  'with the network in reach: this system allows no unprivileged user and network namespaces (unshare --user --net). What remains: whatever is remote is refused before kustomize runs, and it has no git';

/**
 * `kustomize build` of a folder below `root`, which holds the closure and nothing else. It has no environment, no git,
 * and where the system allows it no network; the closure holds nothing remote either way.
 */
export function runKustomize(
  binary: KustomizeBinary,
  root: string,
  folder: string,
  bounds: KustomizeBounds = kustomizeBounds,
): Promise<RunEnd> {
  return runBounded({
    command: 'prlimit',
    args: [...boundedArguments(binary, bounds), 'build', path.join(root, folder)],
    cwd: root,
    environment: binary.environment,
    input: '',
    deadlineMs: bounds.deadlineMs,
    maxOutput: bounds.outputBytes,
  });
}

/** prlimit's, up to kustomize's own. */
function boundedArguments(
  { command, isolated }: Pick<KustomizeBinary, 'command' | 'isolated'>,
  { memoryBytes, cpuSeconds, fileBytes }: KustomizeBounds,
): readonly string[] {
  return [
    `--as=${memoryBytes}`,
    `--cpu=${cpuSeconds}`,
    `--fsize=${fileBytes}`,
    '--nofile=1024',
    '--core=0',
    ...(isolated ? ['unshare', ...withoutNetwork] : []),
    'env',
    '-i',
    'PATH=/nonexistent',
    'HOME=/nonexistent',
    'TMPDIR=/nonexistent',
    'GOMAXPROCS=2',
    command,
  ];
}

const withoutNetwork = ['--user', '--net', '--'];
