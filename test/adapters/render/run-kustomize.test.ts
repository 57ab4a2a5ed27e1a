import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { provideTools } from '../../../sandbox/cluster/provide-tools.ts';
import {
  describeKustomize,
  findKustomize,
  type KustomizeBinary,
  kustomizeBounds,
  runKustomize,
} from '../../../src/adapters/render/run-kustomize.ts';
import { configMap } from '../../manifest-texts.ts';

let folder: string;
let kustomize: string;
let binary: KustomizeBinary;
let root: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-run-kustomize-'));
  kustomize = (await provideTools(() => undefined)).kustomize;
  const found = await findKustomize({ PATH: `${path.dirname(kustomize)}:${process.env['PATH'] ?? ''}` });
  if (found === null) throw new Error('no kustomize');
  binary = found;
}, 900_000);
beforeEach(() => {
  root = mkdtempSync(path.join(folder, 'root-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A kustomization of so many objects: its cost grows with the square of them. */
function writeObjects(count: number): void {
  writeFileSync(path.join(root, 'kustomization.yaml'), 'resources: [a.yaml]\nnamePrefix: x-\n');
  writeFileSync(
    path.join(root, 'a.yaml'),
    Array.from({ length: count }, (_, n) => configMap(`c-${n}`, { a: '1' })).join('---\n'),
  );
}

/** In the place of kustomize, where that itself cannot be made to. */
function standIn(script: string): KustomizeBinary {
  const command = path.join(folder, 'stand-in');
  writeFileSync(command, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { ...binary, command };
}

describe('what kustomize may take', () => {
  it('is enough for what people write', async () => {
    writeObjects(300);
    expect(await runKustomize(binary, root, '')).toMatchObject({ kind: 'exited', code: 0 });
  });

  it('is so much time on the clock', async () => {
    writeObjects(3_000);
    expect(await runKustomize(binary, root, '', { ...kustomizeBounds, deadlineMs: 200 })).toEqual({ kind: 'deadline' });
  });

  it('is so much time of processors', async () => {
    writeObjects(5_000);
    const end = await runKustomize(binary, root, '', { ...kustomizeBounds, cpuSeconds: 1 });
    expect(end).toMatchObject({ kind: 'killed', signal: expect.stringMatching(/^SIG(KILL|XCPU)$/) });
  });

  it('is so much output', async () => {
    writeObjects(300);
    expect(await runKustomize(binary, root, '', { ...kustomizeBounds, outputBytes: 10_000 })).toEqual({
      kind: 'output-limit',
    });
  });

  it('is so much memory', async () => {
    const levels = Array.from({ length: 9 }, (_, n) => `  l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
    writeFileSync(path.join(root, 'kustomization.yaml'), 'resources: [a.yaml]\n');
    writeFileSync(path.join(root, 'a.yaml'), `${configMap('a')}x:\n  l0: &l0 x\n${levels.join('\n')}\n`);
    const end = await runKustomize(binary, root, '');
    expect(end.kind === 'exited' ? end.stderr : end).toMatch(/out of memory|cannot allocate|excessive aliasing/);
    // kustomize's reader knows some bombs itself; this one is only large.
    const value = 'x'.repeat(1_000_000);
    const items = Array.from({ length: 60 }, (_, n) => configMap(`c-${n}`, { a: value }));
    writeFileSync(path.join(root, 'a.yaml'), items.join('---\n'));
    const large = await runKustomize(binary, root, '', { ...kustomizeBounds, memoryBytes: 900_000_000 });
    expect(large.kind === 'exited' ? large.stderr : large).toMatch(/out of memory|cannot allocate/);
  });

  it('is a file of so many bytes: kustomize writes none, so a stand-in does', async () => {
    const file = path.join(root, 'written');
    const writes = standIn(`/bin/dd if=/dev/zero of=${file} bs=1000 count=100`);
    expect(await runKustomize(writes, root, '', { ...kustomizeBounds, fileBytes: 50_000 })).not.toMatchObject({
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
  const pathWith = (programs: Readonly<Record<string, string>>): string => {
    const bin = path.join(root, 'bin');
    mkdirSync(bin);
    symlinkSync(kustomize, path.join(bin, 'kustomize'));
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    return `${bin}:/usr/bin:/bin`;
  };

  it('runs also where the system forbids to take its network away, which is said with what remains', async () => {
    // What unshare answers in a container without the privilege; here it is allowed.
    const found = await findKustomize({ PATH: pathWith({ unshare: 'echo "Operation not permitted" >&2; exit 1' }) });
    expect(found).toMatchObject({ jail: { isolated: false }, version: binary.version });
    const said = found === null ? '' : describeKustomize(found);
    expect(said).toMatch(/^v5\.\S+, with the network in reach: /);
    expect(said).toContain('remote is refused');
    expect(describeKustomize({ ...binary, jail: { ...binary.jail, isolated: true } })).toBe(binary.version);
    writeObjects(2);
    expect(found && (await runKustomize(found, root, ''))).toMatchObject({ kind: 'exited', code: 0 });
  });

  it('is not used where there is nothing to bound it with', async () => {
    expect(await findKustomize({ PATH: pathWith({ prlimit: 'exit 127' }) })).toBeNull();
  });
});
