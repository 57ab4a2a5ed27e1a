import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startGuardedProcess } from '../guarded-process.ts';
import type { PinnedTool, ToolModule } from './tool-modules.ts';
import { withLock } from './with-lock.ts';

/** What one module may take: about 7 minutes were measured on two cores with nothing cached, downloads included. */
const limitMs = 30 * 60_000;
const progressEveryMs = 15_000;

/**
 * Builds what is missing of a module into its `built` folder. Two processes that build at once wait for each other, and
 * even if they did not, each program appears whole by a rename. The build cache (3 GB) does not stay behind.
 */
export async function buildTools(module: ToolModule, say: (line: string) => void): Promise<void> {
  mkdirSync(module.built, { recursive: true });
  await withLock(`${module.built}.lock`, say, async () => {
    removeWorkshops(module); // of a build that was killed
    const missing = module.tools.filter(({ tool }) => !existsSync(path.join(module.built, tool)));
    if (missing.length === 0) return; // another process built them
    const started = performance.now();
    const workshop = `${module.built}.build-${process.pid}`;
    mkdirSync(path.join(workshop, 'tmp'), { recursive: true });
    say(`building ${missing.map(({ tool }) => tool).join(', ')} (once; ${module.takes})`);
    try {
      await goInstall({ module, missing, workshop, say });
      for (const pin of missing) renameSync(path.join(workshop, binaryOf(pin)), path.join(module.built, pin.tool));
    } finally {
      rmSync(workshop, { recursive: true, force: true });
    }
    say(`built in ${seconds(started)} into ${module.built}`);
  });
}

function removeWorkshops(module: ToolModule): void {
  const folder = path.dirname(module.built);
  const left = readdirSync(folder).filter((name) => name.startsWith(`${path.basename(module.built)}.build-`));
  for (const name of left) rmSync(path.join(folder, name), { recursive: true, force: true });
}

type Build = {
  readonly module: ToolModule;
  readonly missing: readonly PinnedTool[];
  /** Holds the results, and all that Go writes on the way. */
  readonly workshop: string;
  readonly say: (line: string) => void;
};

async function goInstall({ module, missing, workshop, say }: Build): Promise<void> {
  const started = performance.now();
  const log = path.join(workshop, 'log');
  const go = await startGuardedProcess({
    command: 'go',
    args: ['install', '-v', ...module.buildFlags, ...missing.map((pin) => pin.package)],
    cwd: module.folder,
    log,
    env: {
      ...process.env,
      CGO_ENABLED: '0',
      GOBIN: workshop,
      GOCACHE: path.join(workshop, 'cache'),
      GOTMPDIR: path.join(workshop, 'tmp'),
    },
  });
  const progress = setInterval(() => {
    const [downloaded, compiled] = counts(log);
    const done = missing.filter((pin) => existsSync(path.join(workshop, binaryOf(pin)))).map((pin) => pin.tool);
    const ready = done.length === 0 ? '' : `; ready: ${done.join(', ')}`;
    say(`${seconds(started)}: ${downloaded} modules downloaded, ${compiled} packages compiled${ready}`);
  }, progressEveryMs);
  const deadline = setTimeout(() => void go.kill(), limitMs);
  const code = await go.exited;
  clearInterval(progress);
  clearTimeout(deadline);
  if (code !== 0) throw new Error(`go install in ${module.folder}: ${explained(code)}\n${tail(log)}`);
}

function counts(log: string): readonly [downloaded: number, compiled: number] {
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  const downloaded = lines.filter((line) => line.startsWith('go: downloading')).length;
  return [downloaded, lines.length - downloaded];
}

function explained(code: number): string {
  if (code === 127) return 'Go 1.26 or newer is needed to build the sandbox, and there is no `go` in PATH';
  return code === 137 ? `killed, or not done within ${limitMs / 60_000} minutes` : `exit code ${code}`;
}

function tail(log: string): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
}

/** Go names a program after the last part of its package that is no version: etcd comes out as `server`. */
function binaryOf(pin: PinnedTool): string {
  const parts = pin.package.split('/');
  const last = parts.at(-1) ?? '';
  return /^v\d+$/.test(last) ? (parts.at(-2) ?? '') : last;
}

function seconds(started: number): string {
  return `${Math.round((performance.now() - started) / 1000)} s`;
}
