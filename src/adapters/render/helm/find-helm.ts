import path from 'node:path';
import { findProgram } from '../../process/find-program.ts';
import { type Jail, type JailBounds, type JailedProgram, runJailed } from '../jail/run-jailed.ts';

export interface HelmBinary extends JailedProgram {
  /** As it says itself: `v4.3`. */
  readonly version: string;
}

export const helmBounds: JailBounds = {
  // Template and alias bombs end here.
  memoryBytes: 1_500_000_000,
  cpuSeconds: 60,
  deadlineMs: 60_000,
  outputBytes: 64 * 1024 * 1024,
  fileBytes: 64 * 1024 * 1024,
};

/** The helm in `PATH`; null: there is none that runs in what it is kept in. */
export async function findHelm(environment: Readonly<Record<string, string>>, jail: Jail): Promise<HelmBinary | null> {
  const command = await findProgram('helm', environment);
  if (command === null) return null;
  // It is to read the chart and nothing else.
  const program: JailedProgram = { command, environment: { HELM_NO_PLUGINS: '1' }, jail };
  const said = await runJailed(program, path.dirname(command), ['version', '--short'], helmBounds);
  if (said.kind !== 'exited' || said.code !== 0) return null;
  return { ...program, version: said.stdout.toString('utf8').trim() };
}
