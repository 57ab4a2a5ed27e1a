import { spawn } from 'node:child_process';

export interface GitOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes besides 0 that are an answer, not a failure. */
  readonly expected?: readonly number[];
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
}

/** The machine's own git settings must not change what the local GitHub does. */
export const isolation: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'GitHub',
  GIT_AUTHOR_EMAIL: 'noreply@github.com',
  GIT_COMMITTER_NAME: 'GitHub',
  GIT_COMMITTER_EMAIL: 'noreply@github.com',
};

/** Runs git in a bare repository; output without its last newline. Throws GitFailure with git's own words. */
export async function git(directory: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { stdout } = await gitResult(directory, args, options);
  return stdout.toString('utf8').replace(/\n$/, '');
}

export async function gitResult(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  const child = spawn('git', ['-C', directory, '-c', 'core.quotePath=false', ...args], {
    env: { ...isolation, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // Git may end before it has read everything: that is told by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('close', (exit) => done(exit ?? -1));
  });
  if (code !== 0 && !(options.expected ?? []).includes(code)) {
    throw new GitFailure(args, code, Buffer.concat(stderr).toString('utf8').trim());
  }
  return { code, stdout: Buffer.concat(stdout) };
}

export class GitFailure extends Error {
  readonly code: number;

  constructor(args: readonly string[], code: number, words: string) {
    super(`git ${args[0] ?? ''} failed (${code}): ${words}`);
    this.name = 'GitFailure';
    this.code = code;
  }
}
