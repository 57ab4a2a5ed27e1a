import { runBounded } from '../process/run-bounded.ts';

/** The version of the helm in `PATH`, as it says itself: `v4.3`; null: there is none that runs. Nothing runs it yet. */
export async function findHelm(environment: Readonly<Record<string, string>>): Promise<string | null> {
  const said = await runBounded({
    command: 'helm',
    args: ['version', '--short'],
    cwd: '/',
    environment,
    input: '',
    deadlineMs: 30_000,
    maxOutput: 10_000,
  });
  return said.kind === 'exited' && said.code === 0 ? said.stdout.toString('utf8').trim() : null;
}
