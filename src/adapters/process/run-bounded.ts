import { spawn } from 'node:child_process';

export interface BoundedCommand {
  /** An executable, looked up in `environment.PATH` where it holds no slash. */
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process: nothing of ours is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads from its standard input. */
  readonly input: string;
  readonly deadlineMs: number;
  /** Bytes on its standard output; more end it. */
  readonly maxOutput: number;
  /** Kills it when it aborts, and lets it not begin where it has. */
  readonly stop?: AbortSignal;
}

export type RunEnd =
  | {
      readonly kind: 'exited';
      readonly code: number;
      readonly stdout: Buffer;
      /** At most 64 KiB: the end of what it said. */
      readonly stderr: string;
    }
  /** Ended by a signal that is none of the bounds below: `stop`, a resource limit, the kernel's memory killer, an operator. */
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals; readonly stderr: string }
  | { readonly kind: 'deadline' }
  | { readonly kind: 'output-limit' }
  /** It could not be started at all. */
  | { readonly kind: 'not-started'; readonly cause: Error };

/**
 * Runs a program to its end, within bounds. It leads a process group of its own, and the whole group is killed when a
 * bound is passed and when the program has ended: what it started does not outlive it.
 */
export function runBounded(bounded: BoundedCommand): Promise<RunEnd> {
  const { stop } = bounded;
  if (stop?.aborted === true) return Promise.resolve({ kind: 'killed', signal: 'SIGKILL', stderr: '' });
  return new Promise((resolve) => {
    const child = spawn(bounded.command, bounded.args, {
      cwd: bounded.cwd,
      env: bounded.environment,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.once('error', (cause) => resolve({ kind: 'not-started', cause }));
    const { pid } = child;
    if (pid === undefined) return;
    const killGroup = (): void => killProcessGroup(pid);
    let ended: RunEnd | null = null;
    const end = (with_: RunEnd): void => {
      ended ??= with_;
      killGroup();
    };
    // Cleared by `close`, which comes once the group is gone.
    const timer = setTimeout(() => end({ kind: 'deadline' }), bounded.deadlineMs);

    const output: Buffer[] = [];
    let outputBytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length;
      if (outputBytes > bounded.maxOutput) end({ kind: 'output-limit' });
      else output.push(chunk);
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-maxStderr);
    });
    // A program may end without reading all of its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(bounded.input);

    // The program is gone, but something it started may still hold its output open: `close` would wait for that.
    child.once('exit', killGroup);
    stop?.addEventListener('abort', killGroup);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', killGroup);
      if (ended !== null) resolve(ended);
      else if (signal !== null) resolve({ kind: 'killed', signal, stderr });
      else resolve({ kind: 'exited', code: code ?? 0, stdout: Buffer.concat(output), stderr });
    });
  });
}

const maxStderr = 64 * 1024;

function killProcessGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: the whole group is gone already, which is what was wanted.
  }
}
