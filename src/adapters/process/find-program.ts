import path from 'node:path';
import { runBounded } from './run-bounded.ts';

/** Where a program is by its name in `PATH`: absolute; null: there is none. */
export async function findProgram(name: string, environment: Readonly<Record<string, string>>): Promise<string | null> {
  const found = await runBounded({
    command: 'sh',
    args: ['-c', 'command -v "$1"', 'sh', name],
    cwd: '/',
    environment,
    input: '',
    deadlineMs: 30_000,
    maxOutput: 10_000,
  });
  const program = found.kind === 'exited' && found.code === 0 ? found.stdout.toString('utf8').trim() : '';
  return path.isAbsolute(program) ? program : null;
}
