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

/** The kustomize in `PATH`; null: there is none that runs. */
export async function findKustomize(environment: Readonly<Record<string, string>>): Promise<KustomizeBinary | null> {
  const bounds = { cwd: '/', environment, input: '', deadlineMs: 30_000, maxOutput: 10_000 };
  const found = await runBounded({ ...bounds, command: 'sh', args: ['-c', 'command -v kustomize'] });
  const command = found.kind === 'exited' && found.code === 0 ? found.stdout.toString('utf8').trim() : '';
  if (!path.isAbsolute(command)) return null;
  const said = await runBounded({ ...bounds, command, args: ['version'] });
  if (said.kind !== 'exited' || said.code !== 0) return null;
  const probe = await runBounded({ ...bounds, command: 'unshare', args: [...withoutNetwork, 'true'] });
  const isolated = probe.kind === 'exited' && probe.code === 0;
  return { command, version: said.stdout.toString('utf8').trim(), environment, isolated };
}

/**
 * `kustomize build` of a folder below `root`, which holds the closure and nothing else. It has no environment, no git,
 * and where the system allows it no network; the closure holds nothing remote either way.
 */
export function runKustomize(binary: KustomizeBinary, root: string, folder: string): Promise<RunEnd> {
  return runBounded({
    command: 'prlimit',
    args: [
      `--as=${memoryBytes}`,
      `--cpu=${deadlineMs / 1_000}`,
      `--fsize=${maxOutput}`,
      '--nofile=1024',
      '--core=0',
      ...(binary.isolated ? ['unshare', ...withoutNetwork] : []),
      'env',
      '-i',
      'PATH=/nonexistent',
      'HOME=/nonexistent',
      'TMPDIR=/nonexistent',
      'GOMAXPROCS=2',
      binary.command,
      'build',
      path.join(root, folder),
    ],
    cwd: root,
    environment: binary.environment,
    input: '',
    deadlineMs,
    maxOutput,
  });
}

const withoutNetwork = ['--user', '--net', '--'];
const deadlineMs = 60_000;
const maxOutput = 64 * 1024 * 1024;
/** Address space: template and alias bombs end here, and kustomize with 2,000 objects does not. */
const memoryBytes = 1_500_000_000;
