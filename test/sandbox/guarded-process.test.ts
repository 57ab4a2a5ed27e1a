import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type GuardedFolder, makeGuardedFolder } from '../../sandbox/guarded-folder.ts';
import { type GuardedProcess, startGuardedProcess } from '../../sandbox/guarded-process.ts';
import { eventually } from '../eventually.ts';

const folders: GuardedFolder[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => folder.remove()));
});

describe('a guarded process', () => {
  it('keeps what it says in its log, and tells how it ended', async () => {
    const { log, process } = await start('echo said; echo complained >&2; exit 3');
    expect(await process.exited).toBe(3);
    expect(readFileSync(log, 'utf8')).toBe('said\ncomplained\n');
  });

  it('can be killed with all that it started', async () => {
    const { folder, process } = await start('sleep 1000 & echo $! > child; wait');
    const child = await eventually(() => pidIn(path.join(folder.path, 'child')));
    await process.kill();
    expect(await process.exited).toBe(137);
    expect(isRunning(process.pid)).toBe(false);
    await eventually(() => !isRunning(child));
    await process.kill();
  });

  it('takes signals', async () => {
    const { process } = await start('trap "exit 7" TERM; while :; do sleep 0.05; done');
    process.signal('SIGTERM');
    expect(await process.exited).toBeOneOf([7, 143]);
    process.signal('SIGTERM');
  });

  it('says in its log what cannot be executed', async () => {
    const folder = await newFolder();
    const log = path.join(folder.path, 'log');
    const process = await startGuardedProcess({ command: '/nowhere', args: [], env: {}, cwd: folder.path, log });
    expect(await process.exited).toBe(127);
    expect(readFileSync(log, 'utf8')).toContain('/nowhere');
  });
});

describe('when the owner is killed with SIGKILL', () => {
  it('its processes, what they started and its folders are gone', async () => {
    const folder = await newFolder();
    const said = path.join(folder.path, 'said.json');
    const owner = await startOwner(folder, said);
    const { pids, path: owned } = await eventually(() => existsSync(said) && JSON.parse(readFileSync(said, 'utf8')));
    expect(pids.map(isRunning)).toEqual([true, true]);

    owner.signal('SIGKILL');
    await owner.exited;

    await eventually(() => !pids.some(isRunning) && !existsSync(owned));
  });
});

/** A Node process that owns a guarded folder and a guarded process with a child, and writes down what it has. */
function startOwner(folder: GuardedFolder, said: string): Promise<GuardedProcess> {
  const sandbox = path.resolve(import.meta.dirname, '../../sandbox');
  const script = `
    import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
    const { makeGuardedFolder } = await import('${sandbox}/guarded-folder.ts');
    const { startGuardedProcess } = await import('${sandbox}/guarded-process.ts');
    const { path } = await makeGuardedFolder('owned');
    const { pid } = await startGuardedProcess({
      command: 'sh', args: ['-c', 'sleep 1000 & echo $! > child; wait'], env: process.env, cwd: path, log: path + '/log',
    });
    const look = setInterval(() => {
      const child = existsSync(path + '/child') ? Number(readFileSync(path + '/child', 'utf8')) : 0;
      if (child === 0) return;
      clearInterval(look);
      writeFileSync('${said}.part', JSON.stringify({ path, pids: [pid, child] }));
      renameSync('${said}.part', '${said}');
    }, 10);
  `;
  return startGuardedProcess({
    command: process.execPath,
    args: ['--input-type=module', '-e', script],
    env: process.env,
    cwd: folder.path,
    log: path.join(folder.path, 'log'),
  });
}

async function start(script: string): Promise<{ folder: GuardedFolder; log: string; process: GuardedProcess }> {
  const folder = await newFolder();
  const log = path.join(folder.path, 'log');
  const command = { command: 'sh', args: ['-c', script], env: process.env, cwd: folder.path, log };
  return { folder, log, process: await startGuardedProcess(command) };
}

async function newFolder(): Promise<GuardedFolder> {
  const folder = await makeGuardedFolder('test');
  folders.push(folder);
  return folder;
}

function pidIn(file: string): number | false {
  return existsSync(file) && Number(readFileSync(file, 'utf8'));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
