import { appendFileSync, cpSync, existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offeredTools } from '../../../sandbox/cluster/offered-tools.ts';
import { provideTools } from '../../../sandbox/cluster/provide-tools.ts';
import { jailModule, toolModules } from '../../../sandbox/cluster/tool-modules.ts';
import { withLock } from '../../../sandbox/cluster/with-lock.ts';
import { type GuardedFolder, makeGuardedFolder } from '../../../sandbox/guarded-folder.ts';

const wanted = toolModules().flatMap(({ tools }) => tools);
let folder: GuardedFolder;
beforeEach(async () => {
  folder = await makeGuardedFolder('tools');
});
afterEach(() => folder.remove());

describe('the programs of the sandbox', () => {
  it('are all there, and nothing of their building is', async () => {
    for (const program of Object.values(await provideTools(() => {}))) {
      expect(statSync(program).mode & 0o111, program).not.toBe(0);
    }
    for (const { built } of toolModules()) {
      const beside = readdirSync(path.dirname(built)).filter((name) =>
        name.startsWith(`${path.basename(built)}.build`),
      );
      expect(beside).toEqual([]);
    }
  });

  it('are pinned to versions', () => {
    const pinned = wanted.filter(({ version }) => version !== null);
    expect(pinned.map(({ tool }) => tool).toSorted()).toEqual(
      [
        'etcd',
        'helm',
        'kube-apiserver',
        'kube-controller-manager',
        'kube-scheduler',
        'kubectl',
        'kustomize',
        'kwok',
      ].toSorted(),
    );
    for (const { version } of pinned) expect(version).toMatch(/^v\d+\.\d+\.\d+$/);
  });

  it('are built anew when our own source changes', () => {
    const source = toolModules().find(({ name }) => name === 'jail')?.folder ?? '';
    cpSync(source, folder.path, { recursive: true });
    const { built } = jailModule(folder.path);
    expect(built).toBe(jailModule(source).built);
    for (const file of readdirSync(source)) {
      const copy = path.join(folder.path, file);
      appendFileSync(copy, '// changed\n');
      // What starts it is TypeScript and stands beside it.
      const isSource = file === 'go.mod' || file.endsWith('.go');
      expect(jailModule(folder.path).built !== built, file).toBe(isSource);
      cpSync(path.join(source, file), copy);
    }
    expect(jailModule(folder.path).built).toBe(built);
  });
});

describe('the folder of KUBEBUILDER_ASSETS', () => {
  const kubernetes = wanted.find(({ tool }) => tool === 'kube-apiserver')?.version ?? '';

  it('gives what it has in the wanted version', () => {
    program('kube-apiserver', `Kubernetes ${kubernetes}`);
    const { found, said } = offered(folder.path);
    expect(found).toEqual(['kube-apiserver']);
    expect(said).toEqual([`KUBEBUILDER_ASSETS has kube-apiserver ${kubernetes.slice(1)}: used`]);
  });

  it('may differ in the patch version', () => {
    program('kube-apiserver', `Kubernetes ${kubernetes.replace(/\.\d+$/, '.99')}`);
    expect(offered(folder.path).found).toEqual(['kube-apiserver']);
  });

  it('gives nothing of another version, and says so', () => {
    program('kube-apiserver', 'Kubernetes v1.19.0');
    program('etcd', 'etcd Version: 2.3.4');
    const { found, said } = offered(folder.path);
    expect(found).toEqual([]);
    expect(said.join('\n')).toContain('kube-apiserver 1.19.0: not used');
    expect(said.join('\n')).toContain('etcd 2.3.4: not used');
  });

  it('gives nothing that cannot be run', () => {
    writeFileSync(path.join(folder.path, 'etcd'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    writeFileSync(path.join(folder.path, 'kubectl'), 'v1.2.3', { mode: 0o644 });
    expect(offered(folder.path).found).toEqual([]);
  });

  it('may be missing or not be named', () => {
    expect(offered(path.join(folder.path, 'nowhere')).found).toEqual([]);
    expect(offered(undefined)).toEqual({ found: [], said: [] });
  });

  function program(name: string, says: string): void {
    writeFileSync(path.join(folder.path, name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
  }

  function offered(assets: string | undefined): {
    readonly found: readonly string[];
    readonly said: readonly string[];
  } {
    const said: string[] = [];
    const found = offeredTools(assets, wanted, (line) => said.push(line));
    return { found: [...found.keys()], said };
  }
});

describe('the lock of a build', () => {
  it('lets one in at a time', async () => {
    const file = path.join(folder.path, 'lock');
    const log: string[] = [];
    const enter = (name: string) =>
      withLock(
        file,
        () => {},
        async () => {
          log.push(`${name} in`);
          await new Promise(setImmediate);
          log.push(`${name} out`);
        },
      );
    await Promise.all([enter('a'), enter('b')]);
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(existsSync(file)).toBe(false);
  });

  it('is taken over from a holder that died', async () => {
    const file = path.join(folder.path, 'lock');
    writeFileSync(file, '');
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(file, minuteAgo, minuteAgo);
    expect(
      await withLock(
        file,
        () => {},
        () => Promise.resolve('in'),
      ),
    ).toBe('in');
  });

  it('is given back by work that fails', async () => {
    const file = path.join(folder.path, 'lock');
    await expect(
      withLock(
        file,
        () => {},
        () => Promise.reject(new Error('failed')),
      ),
    ).rejects.toThrow('failed');
    expect(existsSync(file)).toBe(false);
  });
});
