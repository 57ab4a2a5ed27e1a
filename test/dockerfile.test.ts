import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toolModules } from '../sandbox/cluster/tool-modules.ts';

const root = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** What the Dockerfile says, an instruction a line: its continuations joined, its comments left out. */
const instructions = read('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => ({ name: line.slice(0, line.indexOf(' ')), words: line.trim().split(/\s+/).slice(1) }));
const all = (name: string): readonly (readonly string[])[] =>
  instructions.filter((instruction) => instruction.name === name).map(({ words }) => words);

describe('the Dockerfile', () => {
  it('copies what is there, and what the build is given', () => {
    const ignored = read('.dockerignore').split('\n').filter(Boolean);
    const sources = all('COPY')
      .filter(([first]) => !first?.startsWith('--from='))
      .flatMap((words) => words.slice(0, -1));
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) {
      expect(existsSync(path.join(root, source)), `${source} is there`).toBe(true);
      expect(ignored.filter((pattern) => path.matchesGlob(source, pattern) || isBelow(source, pattern))).toEqual([]);
    }
    // What a build must never be given.
    for (const secret of ['.env', 'fairlead.pem', 'etc/fairlead/key.pem', '.git', 'node_modules']) {
      expect(
        ignored.some((pattern) => path.matchesGlob(secret, pattern)),
        secret,
      ).toBe(true);
    }
  });

  it('copies from its own stages, and only what they made', () => {
    const stages = all('FROM').flatMap(([, , name]) => (name === undefined ? [] : [name]));
    const from = all('COPY').filter(([first]) => first?.startsWith('--from='));
    expect(from.map(([first]) => first?.slice('--from='.length)).every((name) => stages.includes(name ?? ''))).toBe(
      true,
    );
    const installed = all('RUN').flatMap((words) => (words[0] === 'go' ? [path.basename(words.at(-1) ?? '')] : []));
    // The last part of a module's path may be its major version.
    const made = installed.map((name) => (/^v\d+$/.test(name) ? 'kustomize' : name));
    const copied = from.flatMap((words) => words.filter((word) => word.startsWith('/tools/')));
    expect(copied.map((file) => path.basename(file))).toEqual(made);
  });

  it('builds its tools from the modules that the tests use, with a compiler that is new enough', () => {
    const [image] = all('FROM')
      .map(([name = '']) => /^golang:(\d+)\.(\d+)-/.exec(name))
      .filter(Boolean);
    const [major, minor] = [Number(image?.[1]), Number(image?.[2])];
    const modules = toolModules().map(({ folder }) => readFileSync(path.join(folder, 'go.mod'), 'utf8'));
    expect(modules).toHaveLength(3);
    for (const goMod of modules) {
      // Go's images take no other compiler than their own.
      const [, wantedMajor, wantedMinor] = /^go (\d+)\.(\d+)/m.exec(goMod) ?? [];
      expect([major, minor >= Number(wantedMinor)]).toEqual([Number(wantedMajor), true]);
    }
    for (const words of all('RUN').filter(([first]) => first === 'go')) {
      const tool = words.at(-1) ?? '';
      expect(
        modules.some((goMod) => goMod.includes(tool)),
        tool,
      ).toBe(true);
    }
  });

  it('runs Fairlead on the Node that it needs, as nobody in particular', () => {
    const { engines, scripts } = JSON.parse(read('package.json')) as {
      readonly engines: { readonly node: string };
      readonly scripts: { readonly start: string };
    };
    const needed = /\d+/.exec(engines.node)?.[0];
    const nodes = all('FROM').flatMap(([name = '']) => /^node:(\d+)/.exec(name)?.[1] ?? []);
    expect(nodes).toEqual([needed, needed]);
    expect(all('USER')).toEqual([['1000:1000']]);
    const command = JSON.parse(all('CMD')[0]?.join(' ') ?? '[]') as readonly string[];
    const variables = all('ENV').flatMap(([word]) => (word?.startsWith('MALLOC_') ? [word] : []));
    expect([...variables, ...command].join(' ')).toBe(scripts.start);
    expect(read('README.md'), 'the README starts it alike').toContain(`\`${scripts.start}\``);
    expect(read('.env.example'), 'so does .env.example').toContain(
      scripts.start.replace('node ', 'node --env-file=.env '),
    );
    expect(existsSync(path.join(root, command.at(-1) ?? ''))).toBe(true);
  });

  it('installs what bounds the renderers, and what collects the programs that were ended below others', () => {
    const installed = all('RUN').find(([first]) => first === 'apt-get') ?? [];
    expect(installed).toEqual(expect.arrayContaining(['git', 'util-linux', 'tini']));
    expect(JSON.parse(all('ENTRYPOINT')[0]?.join(' ') ?? '[]')).toEqual(['tini', '--']);
  });
});

function isBelow(source: string, pattern: string): boolean {
  return source.startsWith(`${pattern}/`);
}
