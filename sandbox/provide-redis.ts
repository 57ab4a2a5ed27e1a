import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

let provided: Promise<string> | undefined;

/** Finds `redis-server` in PATH, and installs it by apt where it is missing and may be. Gives its absolute path. */
export function provideRedis(say: (line: string) => void): Promise<string> {
  provided ??= findOrInstall(say);
  return provided;
}

async function findOrInstall(say: (line: string) => void): Promise<string> {
  const found = inPath('redis-server');
  if (found !== undefined) return found;
  const prefix = await aptPrefix();
  if (prefix === undefined) {
    throw new Error(
      'redis-server is needed and is not in PATH. It could not be installed: that takes apt-get, and root or a sudo that ' +
        'asks for no password. Install Redis 6.2 or newer (Debian and Ubuntu: apt-get install redis-server; macOS: brew ' +
        'install redis) and try again.',
    );
  }
  say('installing redis-server by apt');
  await apt(prefix, ['update']);
  await apt(prefix, ['install', '--yes', '--no-install-recommends', 'redis-server']);
  const installed = inPath('redis-server');
  if (installed === undefined) throw new Error('apt installed redis-server, but it is not in PATH');
  return installed;
}

function inPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What to put before `apt-get`, or undefined where it may not be used. */
async function aptPrefix(): Promise<readonly string[] | undefined> {
  if (inPath('apt-get') === undefined) return undefined;
  if (process.getuid?.() === 0) return [];
  const sudo = await execute('sudo', ['--non-interactive', 'true']).then(
    () => true,
    () => false,
  );
  return sudo ? ['sudo', '--non-interactive'] : undefined;
}

async function apt(prefix: readonly string[], args: readonly string[]): Promise<void> {
  // Through `env`, because sudo drops the environment. RUNLEVEL=1 keeps Debian's scripts from starting a server of the
  // machine's own where no systemd runs; where it does, that server listens on loopback and is none of ours.
  const environment = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  const patience = ['-o', 'DPkg::Lock::Timeout=120']; // another apt may be at work
  const [command = 'env', ...rest] = [...prefix, 'env', ...environment, 'apt-get', ...patience, ...args];
  await execute(command, rest, { timeout: 5 * 60_000, maxBuffer: 64 * 1024 * 1024 });
}
