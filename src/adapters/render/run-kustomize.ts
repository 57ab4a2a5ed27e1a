import path from 'node:path';
import { type RunEnd, runBounded } from '../process/run-bounded.ts';
import { type JailBounds, type JailedProgram, runJailed, withoutNetwork } from './run-jailed.ts';

export interface KustomizeBinary extends JailedProgram {
  /** As it says itself: `v5.8.1`. */
  readonly version: string;
}

export const kustomizeBounds: JailBounds = {
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
  const program: JailedProgram = { command, environment: {}, jail: { kind: 'bounds', isolated, environment } };
  const said = await runJailed(program, '/', ['version'], kustomizeBounds);
  if (said.kind !== 'exited' || said.code !== 0) return null;
  return { ...program, version: said.stdout.toString('utf8').trim() };
}

/** Its version, and for the operator what is missing around it and what remains. */
export function describeKustomize({ version, jail }: KustomizeBinary): string {
  return jail.isolated ? version : `${version}, ${withNetwork}`;
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
  bounds: JailBounds = kustomizeBounds,
): Promise<RunEnd> {
  return runJailed(binary, root, ['build', path.join(root, folder)], bounds);
}
