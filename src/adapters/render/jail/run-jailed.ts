import { type BoundedCommand, type RunEnd, runBounded } from '../../process/run-bounded.ts';

/** What a renderer's program is kept in. */
export type Jail =
  | {
      /** It reads its root and nothing else, writes nowhere, starts no other program, and has no socket (`launcher.go`). */
      readonly kind: 'jail';
      /** Absolute: `fairlead-jail`. */
      readonly launcher: string;
    }
  | {
      /** prlimit and unshare: limits, and where the system allows it no network. It may read what Fairlead may read. */
      readonly kind: 'bounds';
      /** Why there is no jail, for the operator and for who opened a pull request from a fork. */
      readonly missing: string;
      /** Whether the system lets us take the network away from it (unprivileged network namespaces). */
      readonly isolated: boolean;
      /** `PATH` of `prlimit`, `env` and `unshare`; the program itself gets none. */
      readonly environment: Readonly<Record<string, string>>;
    };

/** A program that reads what a pull request brings: kustomize, helm. */
export interface JailedProgram {
  /** Absolute. Linked statically: it finds no library in the jail. */
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
export async function runJailed(
  program: JailedProgram,
  root: string,
  args: readonly string[],
  bounds: JailBounds,
): Promise<RunEnd> {
  const end = await runBounded(jailedCommand(program, root, args, bounds));
  // What is wrong with the jail since it was tried is nobody's pull request's fault.
  return program.jail.kind === 'jail' && end.kind === 'exited' && end.code === notJailed
    ? { kind: 'not-started', cause: new Error(end.stderr.trim()) }
    : end;
}

/** The launcher's own exit code (`launcher.go`): it started nothing. */
const notJailed = 125;

/** What {@link runJailed} runs. */
export function jailedCommand(
  program: JailedProgram,
  root: string,
  args: readonly string[],
  bounds: JailBounds,
): BoundedCommand {
  const { command, jail } = program;
  const environment = environmentOf(program);
  const of = { cwd: root, input: '', deadlineMs: bounds.deadlineMs, maxOutput: bounds.outputBytes };
  switch (jail.kind) {
    case 'jail':
      return {
        ...of,
        command: jail.launcher,
        args: [...launcherArguments(root, bounds), command, ...args],
        environment,
      };
    case 'bounds': {
      const network = jail.isolated ? ['unshare', ...withoutNetwork] : [];
      const own = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
      return {
        ...of,
        command: 'prlimit',
        args: [...prlimitArguments(bounds), ...network, 'env', '-i', ...own, command, ...args],
        environment: jail.environment,
      };
    }
  }
}

/** unshare's. */
export const withoutNetwork = ['--user', '--net', '--'];

function environmentOf({ environment }: JailedProgram): Readonly<Record<string, string>> {
  return { PATH: '/nonexistent', HOME: '/nonexistent', TMPDIR: '/nonexistent', GOMAXPROCS: '2', ...environment };
}

function launcherArguments(root: string, { memoryBytes, cpuSeconds, fileBytes }: JailBounds): readonly string[] {
  const limits = ['-memory', `${memoryBytes}`, '-cpu', `${cpuSeconds}`, '-file-size', `${fileBytes}`];
  return ['-root', root, ...limits, '--'];
}

function prlimitArguments({ memoryBytes, cpuSeconds, fileBytes }: JailBounds): readonly string[] {
  return [`--as=${memoryBytes}`, `--cpu=${cpuSeconds}`, `--fsize=${fileBytes}`, '--nofile=1024', '--core=0'];
}
