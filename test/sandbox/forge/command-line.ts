import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A developer's machine: a folder, and git with settings of its own. */
export interface CommandLine extends AsyncDisposable {
  readonly folder: string;
  /** Runs a script in the folder; rejects with its output when it fails. */
  readonly run: (script: string) => Promise<string>;
}

export async function openCommandLine(): Promise<CommandLine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fairlead-command-line-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Bob',
    GIT_AUTHOR_EMAIL: 'bob@example.com',
    GIT_COMMITTER_NAME: 'Bob',
    GIT_COMMITTER_EMAIL: 'bob@example.com',
  };
  return {
    folder,
    run: async (script) => {
      const { stdout } = await promisify(execFile)('bash', ['-ec', script], { cwd: folder, env });
      return stdout.trim();
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
