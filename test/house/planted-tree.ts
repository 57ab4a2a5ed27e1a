import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeGuardedFolder } from '../../sandbox/guarded-folder.ts';
import { checks, type StepResult } from './check.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const configuration = [
  '.gitignore',
  '.oxlintrc.json',
  'biome.json',
  'knip.json',
  'tsconfig.json',
  'vitest.config.ts',
  'sandbox/setup.mjs',
  'test/house/forge-record.ts',
  'test/house/import-rules.ts',
  'test/house/import-table.ts',
];

/** A small product that passes every check, so that what fails is the planted violation. */
const sound: Readonly<Record<string, string>> = {
  'src/domain/word.ts': "export type Word = { readonly kind: 'said'; readonly text: string };\n",
  'src/ports/mouth.ts':
    "import type { Word } from '../domain/word.ts';\n\nexport interface Mouth {\n  say(word: Word): Promise<void>;\n}\n",
  'src/plan/plan-word.ts':
    "import type { Word } from '../domain/word.ts';\n\nexport function planWord(text: string): Word {\n  return { kind: 'said', text };\n}\n",
  'src/jobs/say.ts':
    "import { planWord } from '../plan/plan-word.ts';\nimport type { Mouth } from '../ports/mouth.ts';\n\nexport async function say(mouth: Mouth): Promise<void> {\n  await mouth.say(planWord('hello'));\n}\n",
  'src/main.ts':
    "import { say } from './jobs/say.ts';\n\nawait say({ say: (word) => Promise.resolve(void word.text) });\n",
  'sandbox/demo.ts': "await import('../src/main.ts');\n",
  'bench/run.ts': "await import('../src/main.ts');\n",
  'test/shared-cluster-owner.ts': 'export function setup(): void {}\n',
  'test/word.test.ts':
    "import { expect, it } from 'vitest';\nimport { planWord } from '../src/plan/plan-word.ts';\n\nit('plans a word', () => expect(planWord('a').text).toBe('a'));\n",
};

export type PlantedTree = {
  /** Where it stands. */
  readonly root: string;
  check(step: string): Promise<StepResult>;
  edit(file: string, change: (text: string) => string): void;
  delete(...files: readonly string[]): void;
  remove(): Promise<void>;
};

/** The repository's own configuration beside a sound small product, with `planted` files added to it or in its place. */
export async function plantedTree(planted: Readonly<Record<string, string>>, base = sound): Promise<PlantedTree> {
  const folder = await makeGuardedFolder('planted');
  const root = folder.path;
  for (const file of configuration) cpSync(path.join(repository, file), path.join(root, file), { recursive: true });
  symlinkSync(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
  writeFileSync(path.join(root, 'package.json'), manifest());
  for (const [file, text] of Object.entries({ ...base, ...planted })) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return {
    root,
    check: async (step) => {
      for await (const result of checks(root, [step])) return result;
      throw new Error(`no result of ${step}`);
    },
    edit: (file, change) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      const changed = change(text);
      if (changed === text) throw new Error(`the edit of ${file} changes nothing`);
      writeFileSync(path.join(root, file), changed);
    },
    delete: (...files) => {
      for (const file of files) rmSync(path.join(root, file), { recursive: true });
    },
    remove: () => folder.remove(),
  };
}

/** package.json with the very same scripts, and of the dependencies those that the small product uses. */
function manifest(): string {
  const {
    dependencies: _,
    devDependencies,
    ...rest
  } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8'));
  for (const unused of Object.keys(devDependencies)) {
    if (/^(?:ajv|@octokit\/|fast-check|vscode-|yaml-language-server)/.test(unused)) delete devDependencies[unused];
  }
  return `${JSON.stringify({ ...rest, devDependencies }, null, 2)}\n`;
}
