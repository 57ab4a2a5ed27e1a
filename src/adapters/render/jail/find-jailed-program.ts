import path from 'node:path';
import { findProgram } from '../../process/find-program.ts';
import { type Jail, type JailBounds, type JailedProgram, runJailed } from './run-jailed.ts';

export interface FoundProgram extends JailedProgram {
  /** As it says itself: `v5.8.1`. */
  readonly version: string;
}

/** Of one run of a renderer: template and alias bombs end here, and kustomize with 2,000 objects does not. */
export const rendererBounds: JailBounds = {
  memoryBytes: 1_500_000_000,
  cpuSeconds: 60,
  deadlineMs: 60_000,
  outputBytes: 64 * 1024 * 1024,
  fileBytes: 64 * 1024 * 1024,
};

export interface ProgramQuestion {
  readonly name: string;
  /** What makes it say its version, and nothing else. */
  readonly versionArguments: readonly string[];
  /** All of the environment that it is to run in. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A program in the `PATH` of `environment`; null: there is none that runs in what it is kept in. */
export async function findJailedProgram(
  { name, versionArguments, environment: own }: ProgramQuestion,
  environment: Readonly<Record<string, string>>,
  jail: Jail,
): Promise<FoundProgram | null> {
  const command = await findProgram(name, environment);
  if (command === null) return null;
  const program: JailedProgram = { command, environment: own, jail };
  const said = await runJailed(program, path.dirname(command), versionArguments, rendererBounds);
  if (said.kind !== 'exited' || said.code !== 0) return null;
  return { ...program, version: said.stdout.toString('utf8').trim() };
}
