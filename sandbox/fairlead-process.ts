import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type GuardedProcess, startGuardedProcess } from './guarded-process.ts';

export type FairleadOptions = {
  /** Of its log file, and in what is said when it does not start. */
  readonly name: string;
  /** Its whole environment but for `HOST` and `PORT`. */
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  /** Where its log is kept. */
  readonly folder: string;
};

/** Fairlead itself as a process of its own, started as an operator starts it. */
export type FairleadProcess = {
  /** `http://127.0.0.1:PORT`, the same over restarts. */
  readonly url: string;
  readonly log: string;
  /** Of the one that runs now, or ran last. */
  pid(): number;
  /** SIGTERM: it drains. Resolves with its exit code. */
  stop(): Promise<number>;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
  /** After `stop` or `kill`; resolves when it answers `/healthz`. */
  start(): Promise<void>;
};

const readyWithinMs = 60_000;
const root = path.join(import.meta.dirname, '..');

export async function startFairleadProcess(options: FairleadOptions): Promise<FairleadProcess> {
  const url = `http://127.0.0.1:${options.port}`;
  const log = path.join(options.folder, `${options.name}.log`);
  appendFileSync(log, '');
  let running: GuardedProcess | undefined;
  const { variables, flags } = startScript();
  const start = async (): Promise<void> => {
    running = await startGuardedProcess({
      command: process.execPath,
      args: [...flags, path.join(root, 'src/main.ts')],
      env: { ...variables, ...options.env, HOST: '127.0.0.1', PORT: String(options.port) },
      cwd: options.folder,
      log,
    });
    await untilHealthy({ url, log, name: options.name, process: running });
  };
  await start();
  return {
    url,
    log,
    start,
    pid: () => running?.pid ?? 0,
    stop: async () => {
      running?.signal('SIGTERM');
      return (await running?.exited) ?? 0;
    },
    kill: async () => running?.kill(),
  };
}

/** As an operator starts it: the variables and flags of the script `start`, `VARIABLE=1 node --flag src/main.ts`. */
function startScript(): { readonly variables: Readonly<Record<string, string>>; readonly flags: readonly string[] } {
  const text = readFileSync(path.join(root, 'package.json'), 'utf8');
  const { scripts } = JSON.parse(text) as { readonly scripts: { readonly start: string } };
  const words = scripts.start.split(' ');
  const node = words.indexOf('node');
  const variables = words.slice(0, node).map((word) => [word.replace(/=.*/, ''), word.replace(/^[^=]*=/, '')] as const);
  return { variables: Object.fromEntries(variables), flags: words.slice(node + 1, -1) };
}

type Starting = {
  readonly url: string;
  readonly log: string;
  readonly name: string;
  readonly process: GuardedProcess;
};

async function untilHealthy(starting: Starting): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  let ended: number | undefined;
  void starting.process.exited.then((code) => {
    ended = code;
  });
  for (;;) {
    const healthy = await fetch(`${starting.url}/healthz`, { signal: AbortSignal.timeout(1_000) })
      .then((answer) => answer.ok)
      .catch(() => false);
    if (healthy) return;
    if (ended !== undefined) throw new Error(`${starting.name} ended with ${ended}:\n${tail(starting.log)}`);
    if (performance.now() > deadline) throw new Error(`${starting.name} is not healthy:\n${tail(starting.log)}`);
    await setTimeout(50);
  }
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').split('\n').slice(-30).join('\n');
}
