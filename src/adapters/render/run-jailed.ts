import { type RunEnd, runBounded } from '../process/run-bounded.ts';

/** What a renderer's program is kept in. */
export type Jail = {
  /** prlimit and unshare: limits, and where the system allows it no network. It reads what Fairlead may read. */
  readonly kind: 'bounds';
  /** Whether the system lets us take the network away from it (unprivileged network namespaces). */
  readonly isolated: boolean;
  /** `PATH` of `prlimit`, `env` and `unshare`; the program itself gets none. */
  readonly environment: Readonly<Record<string, string>>;
};

/** A program that reads what a pull request brings: kustomize, helm. */
export interface JailedProgram {
  /** Absolute. */
  readonly command: string;
  /** What it finds in its environment besides `PATH`, `HOME`, `TMPDIR` (of which none exists) and `GOMAXPROCS`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly jail: Jail;
}

/** What one run may take. Each of them ends it. */
export interface JailBounds {
  /** Address space. */
  readonly memoryBytes: number;
  /** Of all its threads together. */
  readonly cpuSeconds: number;
  readonly deadlineMs: number;
  readonly outputBytes: number;
  /** Of any file that it writes. It has nothing to write: what would, is something else. */
  readonly fileBytes: number;
}

/**
 * Runs a renderer's program in `root`, an absolute folder that holds what it is to read and nothing else. It begins
 * there, reads nothing on its standard input, and what it is to know of its environment stands in `program`.
 */
export function runJailed(
  program: JailedProgram,
  root: string,
  args: readonly string[],
  bounds: JailBounds,
): Promise<RunEnd> {
  return runBounded({
    command: 'prlimit',
    args: [...boundedArguments(program, bounds), ...args],
    cwd: root,
    environment: program.jail.environment,
    input: '',
    deadlineMs: bounds.deadlineMs,
    maxOutput: bounds.outputBytes,
  });
}

export const withoutNetwork = ['--user', '--net', '--'];

/** prlimit's, up to the program's own. */
function boundedArguments(
  { command, environment, jail }: JailedProgram,
  { memoryBytes, cpuSeconds, fileBytes }: JailBounds,
): readonly string[] {
  return [
    `--as=${memoryBytes}`,
    `--cpu=${cpuSeconds}`,
    `--fsize=${fileBytes}`,
    '--nofile=1024',
    '--core=0',
    ...(jail.isolated ? ['unshare', ...withoutNetwork] : []),
    'env',
    '-i',
    'PATH=/nonexistent',
    'HOME=/nonexistent',
    'TMPDIR=/nonexistent',
    'GOMAXPROCS=2',
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    command,
  ];
}
