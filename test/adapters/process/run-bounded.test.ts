import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type BoundedCommand, runBounded } from '../../../src/adapters/process/run-bounded.ts';

function shell(script: string, bounds: Partial<BoundedCommand> = {}) {
  return runBounded({
    command: 'sh',
    args: ['-c', script],
    cwd: '/',
    environment: { PATH: '/usr/bin:/bin' },
    input: '',
    deadlineMs: 20_000,
    maxOutput: 1_000,
    ...bounds,
  });
}

/** A zombie that nobody has collected yet has ended. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a bounded program', () => {
  it('gives its exit code and what it said', async () => {
    const end = await shell('read -r line; echo "got $line"; echo oops >&2; exit 3', { input: 'hello\n' });
    expect(end).toEqual({ kind: 'exited', code: 3, stdout: Buffer.from('got hello\n'), stderr: 'oops\n' });
  });

  it('inherits nothing of our environment', async () => {
    const end = await shell('env', { environment: { PATH: '/usr/bin:/bin', A: '1' } });
    const names = end.kind === 'exited' ? end.stdout.toString().match(/^\w+(?==)/gm) : [];
    expect(names?.filter((name) => !['PATH', 'A', 'PWD', 'SHLVL', '_', 'OLDPWD'].includes(name))).toEqual([]);
  });

  it('is ended at its deadline, with all it started', async () => {
    const started = performance.now();
    // Two more processes, one of which ignores being asked to go.
    const end = await shell(`trap '' TERM; sleep 60 & sh -c 'trap "" TERM; sleep 60' & wait`, { deadlineMs: 200 });
    expect(end).toEqual({ kind: 'deadline' });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is ended by whoever started it, with all it started, and does not begin after that', async () => {
    const stop = new AbortController();
    const running = shell('sleep 60 & sleep 60', { stop: stop.signal });
    stop.abort();
    expect(await running).toMatchObject({ kind: 'killed', signal: 'SIGKILL' });
    expect(await shell('echo begun', { stop: stop.signal })).toMatchObject({ kind: 'killed' });
  });

  it('is ended when it says too much', async () => {
    expect(await shell('yes', { maxOutput: 100_000 })).toEqual({ kind: 'output-limit' });
  });

  it('keeps only the end of its complaints', async () => {
    const end = await shell('head -c 1000000 /dev/zero | tr "\\0" x >&2; echo last >&2');
    expect(end.kind === 'exited' && end.stderr.length).toBe(64 * 1024);
    expect(end.kind === 'exited' && end.stderr.endsWith('xlast\n')).toBe(true);
  });

  it('takes with it what it left running', async () => {
    const end = await shell('sleep 60 & echo $!');
    const pid = end.kind === 'exited' ? Number(end.stdout.toString()) : 0;
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('may end without reading its input', async () => {
    expect(await shell('exit 0', { input: 'x'.repeat(1_000_000) })).toMatchObject({ kind: 'exited', code: 0 });
  });

  it('says what signal ended it', async () => {
    expect(await shell('kill -SEGV $$')).toMatchObject({ kind: 'killed', signal: 'SIGSEGV' });
  });

  it('that is not there is not started', async () => {
    expect(await shell('', { command: 'no-such-program' })).toMatchObject({ kind: 'not-started' });
    expect(await shell('', { cwd: '/no/such/folder' })).toMatchObject({ kind: 'not-started' });
  });
});
