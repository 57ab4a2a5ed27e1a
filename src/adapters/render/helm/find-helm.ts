import { type FoundProgram, findJailedProgram } from '../jail/find-jailed-program.ts';
import type { Jail } from '../jail/run-jailed.ts';

/** The helm in `PATH` (its version: `v4.3`); null: there is none that runs in what it is kept in. */
export async function findHelm(
  environment: Readonly<Record<string, string>>,
  jail: Jail,
): Promise<FoundProgram | null> {
  // It is to read the chart and nothing else.
  const question = { name: 'helm', versionArguments: ['version', '--short'], environment: { HELM_NO_PLUGINS: '1' } };
  return await findJailedProgram(question, environment, jail);
}
