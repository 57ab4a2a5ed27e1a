import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provideTools } from '../../../../sandbox/cluster/provide-tools.ts';
import { lockRemarks } from '../../../../src/adapters/render/helm/chart-lock.ts';
import { chartYaml } from './chart-world.ts';

const run = promisify(execFile);

/** A chart whose dependency helm itself locked and vendored, with all that a dependency may say. */
const dependency = (version: string) => `dependencies:
- name: cache
  version: "${version}"
  repository: file://../cache
  condition: cache.enabled,<none> & all
  tags: [data, fast]
  alias: store
  import-values:
  - child: exports.data
    parent: data
  - texts
`;

let vendored: ReadonlyMap<string, Uint8Array>;
let folder: string;

beforeAll(async () => {
  const { helm } = await provideTools(() => undefined);
  folder = await mkdtemp(path.join(tmpdir(), 'fairlead-lock-'));
  for (const [name, text] of [
    ['shop', chartYaml + dependency('>=1.0.0 <2')],
    ['cache', 'apiVersion: v2\nname: cache\nversion: 1.4.0\n'],
  ] as const) {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'Chart.yaml'), text);
  }
  const env = { ...process.env, HOME: folder };
  await run(helm, ['dependency', 'update', path.join(folder, 'shop')], { env });
  const names = (await readdir(path.join(folder, 'shop'), { recursive: true })).filter((name) => /\.\w+$/.test(name));
  const read = async (name: string) => [`deploy/${name}`, await readFile(path.join(folder, 'shop', name))] as const;
  vendored = new Map(await Promise.all(names.map(read)));
}, 900_000);

afterAll(async () => await rm(folder, { recursive: true, force: true }));

function remarks(changes: Readonly<Record<string, string>> = {}, renamed: (name: string) => string = (name) => name) {
  const texts = Object.entries(changes).map(([name, text]) => [name, Buffer.from(text)] as const);
  const files = new Map([...vendored, ...texts].map(([name, content]) => [renamed(name), content] as const));
  const archives = new Map(
    [...files].flatMap(([name, content]) => (name.endsWith('.tgz') ? [[name, gunzipSync(content)] as const] : [])),
  );
  return lockRemarks({ kind: 'closed', folder: 'deploy', files, values: [], archives, holdsSecrets: false }).map(
    ({ file, line, path: place, message }) => ({ at: `${file}:${line} ${place}`, message }),
  );
}

describe('A chart’s lock file', () => {
  it('is in sync as helm wrote it', () => {
    expect([...vendored.keys()].toSorted()).toEqual([
      'deploy/Chart.lock',
      'deploy/Chart.yaml',
      'deploy/charts/cache-1.4.0.tgz',
    ]);
    expect(remarks()).toEqual([]);
  });

  it('is told to be out of sync where Chart.yaml asks for something else', () => {
    const found = remarks({ 'deploy/Chart.yaml': chartYaml + dependency('>=1.5.0 <2') });
    expect(found).toMatchObject([{ at: 'deploy/Chart.lock:5 digest' }]);
    expect(found[0]?.message).toContain('out of sync with the dependencies in Chart.yaml');
    expect(remarks({ 'deploy/Chart.yaml': chartYaml })).toHaveLength(1);
  });

  it('is told where charts/ holds another version, as an archive or as a folder', () => {
    const old = remarks({}, (name) => name.replace('cache-1.4.0', 'cache-1.3.9'));
    expect(old).toMatchObject([{ at: 'deploy/Chart.lock:4 dependencies.0' }]);
    expect(old[0]?.message).toContain('charts/ holds cache 1.3.9, not 1.4.0');
    const unpacked = (version: string) => {
      const chart = `apiVersion: v2\nname: cache\nversion: ${version}\n`;
      return remarks({ 'deploy/charts/cache/Chart.yaml': chart }, (name) => name.replace(/cache-1.4.0.tgz$/, 'x.txt'));
    };
    expect(unpacked('1.4.0')).toEqual([]);
    expect(unpacked('1.3.0')).toHaveLength(1);
  });

  it('is told once for each chart, in a moment, however often it is locked and whatever is vendored', () => {
    const chart = `name: cache\nname: cache\nversion: 1.0.0\nx:\n${'- a: {b: c}\n'.repeat(20_000)}`;
    const lock = `dependencies:\n${'- {name: cache, version: 2.0.0}\n'.repeat(2_000)}digest: x\n`;
    const began = performance.now();
    const found = remarks({ 'deploy/Chart.lock': lock, 'deploy/charts/cache/Chart.yaml': chart });
    expect(found.map(({ at }) => at)).toEqual(['deploy/Chart.lock:2002 digest', 'deploy/Chart.lock:2 dependencies.0']);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('says nothing of a repository that each helm names for itself, nor where there is none', () => {
    const named = dependency('>=1.5.0 <2').replace('file://../cache', '"@ours"');
    expect(remarks({ 'deploy/Chart.yaml': chartYaml + named })).toEqual([]);
    expect(remarks({ 'deploy/Chart.yaml': chartYaml }, (name) => name.replace('Chart.lock', 'none.yaml'))).toEqual([]);
  });
});
