import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process that does not outlive the one that started it, however that one ends. */
export type GuardedProcess = {
  readonly pid: number;
  /** Resolves when it has ended: its exit code, or 128 and the number of the signal. */
  readonly exited: Promise<number>;
  /** Sends a signal to it, not to what it started. Does nothing when it has ended. */
  signal(name: NodeJS.Signals): void;
  /** Ends it and all it started, at once; resolves when it is gone. May be called again. */
  kill(): Promise<void>;
};

export type GuardedCommand = {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** File to which it appends what it says, on both streams. */
  readonly log: string;
};

/**
 * The guard is a shell in a session of its own, so that a Ctrl-C for us does not reach it. It holds a pipe from us and
 * kills its process group when the pipe ends, which the kernel sees to even after a SIGKILL. The process belongs to the
 * guard before we learn of it, so there is no moment at which it could be orphaned. On its output the guard says the
 * process's id, then how it ended.
 */
const guard = `
exec 3<&0
log=$1; shift
"$@" </dev/null >>"$log" 2>&1 3<&- &
process=$!
echo "$process"
( while read -r line <&3; do :; done; kill -KILL 0 ) >/dev/null &
wait "$process"
echo "$?"
kill -KILL 0
`;

/** Starts a command under guard. One that cannot be executed exits with 126 or 127 and says so in its log. */
export async function startGuardedProcess(command: GuardedCommand): Promise<GuardedProcess> {
  const shell = spawn('/bin/sh', ['-c', guard, 'guard', command.log, command.command, ...command.args], {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const gone = new Promise<void>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', () => resolve());
  });
  const said = createInterface(shell.stdout)[Symbol.asyncIterator]();
  const pid = Number((await Promise.race([said.next(), gone.then(() => said.next())])).value);
  let running = true;
  const ended = said.next().then(({ value }) => {
    running = false;
    return value === undefined ? 137 : Number(value); // the guard itself was killed, and the process with it
  });
  const signal = (name: NodeJS.Signals): void => {
    if (running) process.kill(pid, name);
  };
  return {
    pid,
    exited: gone.then(() => ended),
    signal,
    kill: async () => {
      signal('SIGKILL');
      await gone;
    },
  };
}
