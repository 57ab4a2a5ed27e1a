import path from 'node:path';
import type { RunEnd } from '../../process/run-bounded.ts';
import { type FoundProgram, findJailedProgram, rendererBounds } from '../jail/find-jailed-program.ts';
import { type Jail, type JailBounds, runJailed } from '../jail/run-jailed.ts';

/** The kustomize in `PATH` (its version: `v5.8.1`); null: there is none that runs in what it is kept in. */
export async function findKustomize(
  environment: Readonly<Record<string, string>>,
  jail: Jail,
): Promise<FoundProgram | null> {
  const question = { name: 'kustomize', versionArguments: ['version'], environment: {} };
  return await findJailedProgram(question, environment, jail);
}

/**
 * `kustomize build` of a folder below `root`, which holds the closure and nothing else. The closure holds nothing
 * remote, and the jail would let it reach nothing.
 */
export function runKustomize(
  binary: FoundProgram,
  root: string,
  folder: string,
  bounds: JailBounds = rendererBounds,
): Promise<RunEnd> {
  return runJailed(binary, root, ['build', path.join(root, folder)], bounds);
}
