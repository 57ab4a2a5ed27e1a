import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { provideTools } from '../../../../sandbox/cluster/provide-tools.ts';
import { type FoundProgram, rendererBounds } from '../../../../src/adapters/render/jail/find-jailed-program.ts';
import { findKustomize, runKustomize } from '../../../../src/adapters/render/kustomize/run-kustomize.ts';
import { configMap } from '../../../manifest-texts.ts';
import { boundsOnly, jailHere } from '../jail/jails.ts';

let folder: string;
let kustomize: string;
let binary: FoundProgram;
let root: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-run-kustomize-'));
  kustomize = (await provideTools(() => undefined)).kustomize;
  binary = await found({ PATH: `${path.dirname(kustomize)}:${process.env['PATH'] ?? ''}` });
}, 900_000);
beforeEach(() => {
  root = mkdtempSync(path.join(folder, 'root-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function found(environment: Readonly<Record<string, string>>): Promise<FoundProgram> {
  const program = await findKustomize(environment, await jailHere());
  if (program === null) throw new Error('no kustomize');
  return program;
}

/** A kustomization of so many objects: its cost grows with the square of them. */
function writeObjects(count: number): void {
  writeFileSync(path.join(root, 'kustomization.yaml'), 'resources: [a.yaml]\nnamePrefix: x-\n');
  writeFileSync(
    path.join(root, 'a.yaml'),
    Array.from({ length: count }, (_, n) => configMap(`c-${n}`, { a: '1' })).join('---\n'),
  );
}

/** In the place of kustomize, where that itself cannot be made to. The jail would not let a script have its shell. */
function standIn(script: string): FoundProgram {
  const command = path.join(folder, 'stand-in');
  writeFileSync(command, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { ...binary, command, jail: boundsOnly };
}

describe.each([
  ['in the jail', () => binary],
  ['where there is none', () => ({ ...binary, jail: boundsOnly })],
])('what kustomize may take %s', (_where, kustomizeThere) => {
  it('is enough for what people write', async () => {
    writeObjects(300);
    expect(await runKustomize(kustomizeThere(), root, '')).toMatchObject({ kind: 'exited', code: 0 });
  });

  it('is so much time on the clock', async () => {
    writeObjects(3_000);
    expect(await runKustomize(kustomizeThere(), root, '', { ...rendererBounds, deadlineMs: 200 })).toEqual({
      kind: 'deadline',
    });
  });

  it('is so much time of processors', async () => {
    writeObjects(5_000);
    const end = await runKustomize(kustomizeThere(), root, '', { ...rendererBounds, cpuSeconds: 1 });
    expect(end).toMatchObject({ kind: 'killed', signal: expect.stringMatching(/^SIG(KILL|XCPU)$/) });
  });

  it('is so much output', async () => {
    writeObjects(300);
    expect(await runKustomize(kustomizeThere(), root, '', { ...rendererBounds, outputBytes: 10_000 })).toEqual({
      kind: 'output-limit',
    });
  });

  it('is so much memory', async () => {
    const levels = Array.from({ length: 9 }, (_, n) => `  l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
    writeFileSync(path.join(root, 'kustomization.yaml'), 'resources: [a.yaml]\n');
    writeFileSync(path.join(root, 'a.yaml'), `${configMap('a')}x:\n  l0: &l0 x\n${levels.join('\n')}\n`);
    const end = await runKustomize(kustomizeThere(), root, '');
    expect(end.kind === 'exited' ? end.stderr : end).toMatch(/out of memory|cannot allocate|excessive aliasing/);
    // kustomize's reader knows some bombs itself; this one is only large.
    const value = 'x'.repeat(1_000_000);
    const items = Array.from({ length: 60 }, (_, n) => configMap(`c-${n}`, { a: value }));
    writeFileSync(path.join(root, 'a.yaml'), items.join('---\n'));
    const large = await runKustomize(kustomizeThere(), root, '', { ...rendererBounds, memoryBytes: 900_000_000 });
    expect(large.kind === 'exited' ? large.stderr : large).toMatch(/out of memory|cannot allocate/);
  });
});

describe('what a renderer may take where there is no jail', () => {
  it('is a file of so many bytes: kustomize writes none, so a stand-in does', async () => {
    const file = path.join(root, 'written');
    const writes = standIn(`/bin/dd if=/dev/zero of=${file} bs=1000 count=100`);
    expect(await runKustomize(writes, root, '', { ...rendererBounds, fileBytes: 50_000 })).not.toMatchObject({
      code: 0,
    });
    expect(statSync(file).size).toBe(50_000);
    expect(await runKustomize(writes, root, '')).toMatchObject({ kind: 'exited', code: 0 });
    expect(statSync(file).size).toBe(100_000);
  });

  it('is nothing of our environment, and no program by its name: a stand-in says what it has', async () => {
    const end = await runKustomize(standIn('export -p; git --version; echo $?'), root, '');
    const said = end.kind === 'exited' ? end.stdout.toString() : '';
    expect(said).toContain("PATH='/nonexistent'");
    expect(said.trimEnd().endsWith('127')).toBe(true);
    expect([...said.matchAll(/^export (\w+)/gm)].map(([, name = '']) => name).toSorted()).toEqual(
      ['GOMAXPROCS', 'HOME', 'PATH', 'PWD', 'TMPDIR', ...(said.includes('OLDPWD') ? ['OLDPWD'] : [])].toSorted(),
    );
  });
});

describe('kustomize in PATH', () => {
  it('is not used where it does not run in what it is kept in', async () => {
    const bin = path.join(root, 'bin');
    mkdirSync(bin);
    symlinkSync(kustomize, path.join(bin, 'kustomize'));
    const environment = { PATH: `${bin}:/usr/bin:/bin` };
    expect(await findKustomize(environment, await jailHere())).toMatchObject({ version: binary.version });
    writeFileSync(path.join(bin, 'prlimit'), '#!/bin/sh\nexit 127\n', { mode: 0o755 });
    expect(await findKustomize(environment, { ...boundsOnly, environment })).toBeNull();
    rmSync(path.join(bin, 'kustomize'));
    expect(await findKustomize(environment, await jailHere())).toBeNull();
  });
});
