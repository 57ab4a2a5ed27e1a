import { runBounded } from '../process/run-bounded.ts';

/** The version of the git in `PATH`; throws where it is missing or too old for `git merge-tree --write-tree` (2.38). */
export async function findGit(environment: Readonly<Record<string, string>>): Promise<string> {
  const said = await runBounded({
    command: 'git',
    args: ['--version'],
    cwd: '/',
    environment,
    input: '',
    deadlineMs: 10_000,
    maxOutput: 10_000,
  });
  const text = said.kind === 'exited' && said.code === 0 ? said.stdout.toString('utf8') : '';
  const [version, major, minor] = /(\d+)\.(\d+)\S*/.exec(text) ?? [];
  if (version === undefined) throw new Error('git is not in PATH: the forge role needs it, 2.38 or newer');
  if (Number(major) < 2 || (Number(major) === 2 && Number(minor) < 38)) {
    throw new Error(`git in PATH is ${version}: the forge role needs 2.38 or newer`);
  }
  return version;
}
