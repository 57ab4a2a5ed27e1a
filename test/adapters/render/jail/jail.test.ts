import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { provideTools } from '../../../../sandbox/cluster/provide-tools.ts';
import { findJail } from '../../../../src/adapters/render/jail/find-jail.ts';
import { probeJail } from '../../../../src/adapters/render/jail/probe-jail.ts';
import { type JailBounds, jailedCommand, runJailed } from '../../../../src/adapters/render/jail/run-jailed.ts';
import { kernelCanJail } from './jails.ts';

const bounds: JailBounds = {
  memoryBytes: 1_000_000_000,
  cpuSeconds: 20,
  deadlineMs: 60_000,
  outputBytes: 1_000_000,
  fileBytes: 1_000_000,
};

/** Everything of this file, readable by anybody: what keeps the probe from reading it is the jail alone. */
let world: string;
let launcher: string;
/** The folder that it may read, and one that another pull request is rendered in. */
let root: string;
let other: string;
/** What listeners on loopback were told, by the name of the listener. */
const heard: string[] = [];
const listening: { close(): unknown }[] = [];
let ports: Readonly<Record<'tcp4' | 'tcp6' | 'udp4' | 'udp6', number>>;
const abstract = `fairlead-jail-test-${process.pid}`;
let socketFile: string;

beforeAll(async () => {
  world = mkdtempSync(path.join(os.tmpdir(), 'fairlead-jail-test-'));
  chmodSync(world, 0o777);
  launcher = path.join(world, 'fairlead-jail');
  copyFileSync((await provideTools(() => undefined))['fairlead-jail'], launcher);
  chmodSync(launcher, 0o755);
  other = path.join(world, 'other');
  mkdirSync(other);
  writeFileSync(path.join(other, 'secret'), 'not yours');
  socketFile = path.join(world, 'socket');
  ports = {
    tcp4: await listen('tcp4', { host: '127.0.0.1', port: 0 }),
    tcp6: await listen('tcp6', { host: '::1', port: 0 }),
    udp4: await receive('udp4', '127.0.0.1'),
    udp6: await receive('udp6', '::1'),
  };
  await listen('abstract', { path: `\0${abstract}` });
  await listen('unix', { path: socketFile });
  chmodSync(socketFile, 0o777);
}, 900_000);

beforeEach(() => {
  root = mkdtempSync(path.join(world, 'root-'));
  chmodSync(root, 0o777);
  writeFileSync(path.join(root, 'inside'), 'inside', { mode: 0o666 });
  chmodSync(path.join(root, 'inside'), 0o666);
  symlinkSync(path.join(other, 'secret'), path.join(root, 'link'));
  symlinkSync(other, path.join(root, 'folder'));
  heard.length = 0;
});
afterEach(() => {
  for (const made of [`${world}/new`, `/dev/shm/${abstract}`]) rmSync(made, { force: true });
});

afterAll(() => {
  for (const server of listening) server.close();
  rmSync(world, { recursive: true, force: true });
});

function listen(name: string, where: { host: string; port: number } | { path: string }): Promise<number> {
  const server = createServer((socket) => {
    heard.push(name);
    socket.on('error', () => undefined).end();
  });
  listening.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(where, () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });
}

function receive(kind: 'udp4' | 'udp6', address: string): Promise<number> {
  const socket = createSocket(kind).on('message', () => heard.push(kind));
  listening.push(socket);
  return new Promise((resolve, reject) => {
    socket.once('error', reject).bind(0, address, () => resolve(socket.address().port));
  });
}

interface Somebody {
  readonly uid?: number;
  readonly gid?: number;
}

/** What the probe was told of each attempt, in the jail (as Fairlead starts it) or free. */
async function probe(attempts: readonly string[], who: Somebody, where: 'jailed' | 'free'): Promise<readonly string[]> {
  const args = ['probe', ...attempts];
  const jailed = jailedCommand(
    { command: launcher, environment: {}, jail: { kind: 'jail', launcher } },
    root,
    args,
    bounds,
  );
  const run = where === 'jailed' ? jailed : { ...jailed, command: launcher, args };
  // Something that a careless parent left open: Node itself closes its own.
  const left = openSync(path.join(other, 'secret'), 'r');
  const child = spawn(run.command, run.args, {
    cwd: run.cwd,
    env: run.environment,
    stdio: ['pipe', 'pipe', 'pipe', left],
    detached: true,
    ...who,
  });
  closeSync(left);
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const ended = await new Promise<string>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve(signal ?? `${code}`));
  });
  return [...said.trimEnd().split('\n'), `ended ${ended}`];
}

/** Each way out that needs nothing but the right to. */
const waysOut = (): readonly string[] => [
  // Files, of the machine, of Fairlead and of another pull request; by name, by link, from below, by the kernel's own.
  'read=/etc/passwd',
  `read=${other}/secret`,
  `read=${root}/../other/secret`,
  `read=${root}/link`,
  `read=${root}/folder/secret`,
  `read=/proc/${process.pid}/environ`,
  `read=/proc/${process.pid}/cwd/package.json`,
  'read=/proc/self/environ',
  `list=${other}`,
  `list=${root}/folder`,
  `list=${world}`,
  'list=/',
  'files',
  // Writing: what it reads, beside it, where everybody may.
  `write=${root}/inside`,
  `write=${root}/new`,
  `write=${world}/new`,
  `write=/dev/shm/${abstract}`,
  `link=${root}/made`,
  // Somebody to talk to.
  `connect=tcp4:${ports.tcp4}`,
  `connect=tcp6:${ports.tcp6}`,
  `connect=udp4:${ports.udp4}`,
  `connect=udp6:${ports.udp6}`,
  `connect=abstract:${abstract}`,
  `connect=unix:${socketFile}`,
  'socket=netlink',
  // More of itself, and others.
  'process',
  `memory=${2 * bounds.memoryBytes}`,
];

const people: readonly (readonly [string, Somebody])[] =
  process.getuid?.() === 0
    ? [
        ['root', {}],
        ['nobody in particular', { uid: 65_534, gid: 65_534 }],
      ]
    : [['nobody in particular', {}]];

describe.skipIf(!kernelCanJail).each(people)('a program in the jail, run by %s', (_name, who) => {
  it('reads its own folder', async () => {
    const attempts = [`read=${root}/inside`, `list=${root}`];
    expect(await probe(attempts, who, 'jailed')).toEqual([
      `read=${root}/inside got 6 bytes`,
      `list=${root} got 3 entries`,
      'ended 0',
    ]);
  });

  it('has no way out, and whoever listens hears nothing', async () => {
    const attempts = [
      ...waysOut(),
      'privileges',
      `signal=${process.pid}`,
      `limits=${process.pid}`,
      `owner=${process.pid}`,
      'namespace',
      'calls',
      `remove=${root}/inside`,
      `chmod=${root}/inside`,
      `empty=${root}/inside`,
      `attributes=${root}/inside`,
      `lease=${root}/inside`,
      ...['unix', 'inet', 'inet6', 'packet', 'vsock', 'alg'].map((family) => `socket=${family}`),
      'exec=/bin/sh',
      `exec=${process.execPath}`,
    ];
    const said = await probe(attempts, who, 'jailed');
    expect(said.map((line) => line.replace(/ refused: .*/, ' refused'))).toEqual([
      ...attempts.map((attempt) => `${attempt} refused`),
      'ended 0',
    ]);
    expect(heard).toEqual([]);
  });

  it('empties no file by opening it, also where Landlock says nothing about that: the filter answers first', async () => {
    const attempt = `empty=${root}/inside`;
    expect(await probe([attempt], who, 'jailed')).toEqual([`${attempt} refused: operation not permitted`, 'ended 0']);
  });

  it('would have each of them without the jail, and be heard: the probe can tell', async () => {
    const said = await probe(waysOut(), who, 'free');
    // Of another user's process nobody reads the environment.
    const others = (line: string): boolean => line.startsWith(`read=/proc/${process.pid}/`);
    expect(said.filter((line) => !others(line) && line.includes(' refused: '))).toEqual([]);
    await expect
      .poll(() => [...new Set(heard)].toSorted(), { timeout: 10_000 })
      .toEqual(['abstract', 'tcp4', 'tcp6', 'udp4', 'udp6', 'unix']);
  });

  it('knows nothing of whoever started it', async () => {
    expect(await probe(['environment'], who, 'jailed')).toEqual([
      'environment got PATH=/nonexistent HOME=/nonexistent TMPDIR=/nonexistent GOMAXPROCS=2',
      'ended 0',
    ]);
  });

  it('may run the machine hot for so long', async () => {
    const jailed = { command: launcher, environment: {}, jail: { kind: 'jail', launcher } } as const;
    const { command, args } = jailedCommand(jailed, root, ['probe', 'spin'], { ...bounds, cpuSeconds: 1 });
    const child = spawn(command, args, { stdio: 'ignore', ...who });
    const ended = await new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)));
    expect(ended).toBe('SIGKILL');
  });
});

describe('the launcher', () => {
  const launch = (args: readonly string[]): Promise<readonly [number | null, string]> => {
    const child = spawn(launcher, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    return new Promise((resolve) => child.once('close', (code) => resolve([code, said])));
  };
  const limits = ['-memory', '1000000000', '-cpu', '1', '-file-size', '1'];

  it.skipIf(!kernelCanJail)('starts what it is told to each time: its own memory does not count', async () => {
    const told = ['-root', root, ...limits, '--', launcher, 'probe', 'privileges'];
    for (let batch = 0; batch < 12; batch += 1) {
      const ends = await Promise.all(Array.from({ length: 10 }, () => launch(told)));
      expect(ends).toEqual(ends.map(() => [0, '']));
    }
  });

  it('starts nothing that it was not told to bound', async () => {
    for (const args of [[], ['--', launcher, 'probe'], ['-root', root, '--', launcher], ['-root', root, ...limits]]) {
      const [code, said] = await launch(args);
      expect([args, code]).toEqual([args, 125]);
      expect(said).toContain('usage:');
    }
  });

  it('starts nothing where there is no folder to show, or no program', async () => {
    const nowhere = path.join(root, 'nowhere');
    expect(await launch(['-root', nowhere, ...limits, '--', launcher, 'probe'])).toEqual([125, expect.any(String)]);
    expect(await launch(['-root', root, ...limits, '--', nowhere])).toEqual([125, expect.any(String)]);
  });
});

describe('whether there is a jail', () => {
  /** In the place of the launcher; `LAUNCHER` is the real one, and what it would have run begins at `$@`. */
  const standIn = (script: string): string => {
    const file = path.join(root, 'fairlead-jail');
    const skip = 'while [ "$1" != -- ]; do shift; done; shift; shift';
    writeFileSync(file, `#!/bin/sh\nLAUNCHER=${launcher}\n${skip}\n${script}\n`, { mode: 0o755 });
    return file;
  };

  it.skipIf(!kernelCanJail)('is found out by trying to leave it', async () => {
    const environment = { PATH: `${world}:${process.env['PATH']}` };
    expect(await probeJail(launcher, root)).toBeNull();
    expect(await findJail(environment, root)).toEqual({ kind: 'jail', launcher });
  });

  it.each([
    ['starts the program and nothing else', 'exec $LAUNCHER "$@"', /does not hold here \(read=.*outside got 1 bytes\)/],
    [
      'shows more than it was told to',
      'exec $LAUNCHER -root / -memory 1000000000 -cpu 9 -file-size 9999 -- $LAUNCHER "$@"',
      /does not hold here \(read=.*outside got 1 bytes\)/,
    ],
    [
      'limits less than it was told to',
      'exec $LAUNCHER -root $PWD -memory 9000000000000 -cpu 9 -file-size 9999 -- $LAUNCHER "$@"',
      /does not hold here \(memory=\d+ got it\)/,
    ],
    [
      'leaves an attempt without an answer',
      'set -- "$1" "$2" "$3"; exec $LAUNCHER -root $PWD -memory 1000000000 -cpu 9 -file-size 9999 -- $LAUNCHER "$@"',
      /does not hold here \(read=.* ended it\)/,
    ],
    ['starts nothing', 'exit 0', /cannot read its own folder/],
    ['cannot jail', 'echo "fairlead-jail: this kernel has no Landlock" >&2; exit 125', /no Landlock$/],
    ['is killed', 'kill -9 $$', /did not run/],
  ])('is no where the launcher %s', async (_what, script, why) => {
    const launched = standIn(script);
    expect(await probeJail(launched, root)).toMatch(why);
    const environment = { PATH: `${root}:/usr/bin:/bin` };
    expect(await findJail(environment, root)).toMatchObject({ kind: 'bounds', missing: expect.stringMatching(why) });
  });

  it('may end later: then it is the jail that does not start, and not what was to be rendered that is wrong', async () => {
    const broken = standIn('echo "fairlead-jail: landlock_restrict_self: no" >&2; exit 125');
    const program = { command: launcher, environment: {}, jail: { kind: 'jail', launcher: broken } } as const;
    const end = await runJailed(program, root, ['probe'], bounds);
    expect(end).toMatchObject({ kind: 'not-started', cause: { message: expect.stringContaining('landlock') } });
  });

  it('is no where there is no launcher', async () => {
    const environment = { PATH: '/usr/bin:/bin' };
    expect(await findJail(environment, root)).toMatchObject({
      kind: 'bounds',
      missing: expect.stringContaining('PATH'),
    });
  });
});
