import path from 'node:path';
import { findProgram } from '../../process/find-program.ts';
import type { RunEnd } from '../../process/run-bounded.ts';
import { type Jail, type JailBounds, type JailedProgram, runJailed } from '../jail/run-jailed.ts';

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

/** The kustomize in `PATH`; null: there is none that runs in what it is kept in. */
export async function findKustomize(
  environment: Readonly<Record<string, string>>,
  jail: Jail,
): Promise<KustomizeBinary | null> {
  const command = await findProgram('kustomize', environment);
  if (command === null) return null;
  const program: JailedProgram = { command, environment: {}, jail };
  const said = await runJailed(program, path.dirname(command), ['version'], kustomizeBounds);
  if (said.kind !== 'exited' || said.code !== 0) return null;
  return { ...program, version: said.stdout.toString('utf8').trim() };
}

/**
 * `kustomize build` of a folder below `root`, which holds the closure and nothing else. The closure holds nothing
 * remote, and the jail would let it reach nothing.
 */
export function runKustomize(
  binary: KustomizeBinary,
  root: string,
  folder: string,
  bounds: JailBounds = kustomizeBounds,
): Promise<RunEnd> {
  return runJailed(binary, root, ['build', path.join(root, folder)], bounds);
}
