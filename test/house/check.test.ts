import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTree, plantedTree } from './planted-tree.ts';

const steps = ['format', 'lint', 'types', 'unused'] as const;

describe('a sound small product', () => {
  let tree: PlantedTree;
  beforeAll(async () => {
    tree = await plantedTree({});
  });
  afterAll(() => tree.remove());

  it.each(steps)('passes %s', async (step) => {
    const { ok, output } = await tree.check(step);
    expect(ok, output).toBe(true);
  });
});

describe('a product without any source', () => {
  let tree: PlantedTree;
  beforeAll(async () => {
    tree = await plantedTree({}, {});
    tree.delete('test/house', 'vitest.config.ts');
  });
  afterAll(() => tree.remove());

  it.each(steps)('fails %s', async (step) => {
    expect((await tree.check(step)).ok).toBe(false);
  });
});

describe('files that a tool does not read', () => {
  it.each([
    ['format', 'biome.json', /"files": \{[^}]*\}/, '"files": { "includes": ["*.json"] }'],
    ['lint', '.oxlintrc.json', /"rules": \{/, '"ignorePatterns": ["src/**"],\n  "rules": {'],
    ['types', 'tsconfig.json', /"include": \[[^\]]*\]/, '"include": ["nowhere"]'],
    ['unused', 'knip.json', /"project": \[[^\]]*\]/, '"project": ["nowhere/**"]'],
  ])('fail %s', async (step, file, pattern, replacement) => {
    const tree = await plantedTree({});
    tree.edit(file, (text) => text.replace(pattern, replacement));
    expect((await tree.check(step)).ok).toBe(false);
    await tree.remove();
  });
});

describe('one planted violation', () => {
  it.each([
    ['format', 'src/domain/planted.ts', 'export   type Planted = "x"\n'],
    ['format', 'src/domain/unsorted.ts', "import type { B } from './b.ts';\nimport type { A } from './a.ts';\n"],
    ['types', 'src/domain/planted.ts', "export const planted: number = 'text';\n"],
    ['types', 'test/planted.test.ts', 'export const first: number = [1][0];\n'],
    ['unused', 'src/domain/planted.ts', 'export type Planted = string;\n'],
    ['unused', 'src/plan/plan-word.ts', planWordWith('export function unused(): void {}\n')],
    ['unused', 'src/plan/plan-word.ts', `import 'left-pad';\n${planWordWith('')}`],
  ])('fails %s, naming %s', async (step, file, text) => {
    const tree = await plantedTree({ [file]: text });
    const { ok, output } = await tree.check(step);
    await tree.remove();
    expect(output).toContain(file);
    expect(ok).toBe(false);
  });

  it('fails unused for a dependency that nothing imports', async () => {
    const tree = await plantedTree({});
    tree.edit('package.json', (text) => text.replace('"devDependencies": {', '"devDependencies": {"ajv": "8.17.1",'));
    const { ok, output } = await tree.check('unused');
    await tree.remove();
    expect(output).toContain('ajv  package.json');
    expect(ok).toBe(false);
  });
});

/** What lint must refuse: the rule, the file it is planted in, its text. */
const mistakes: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['typescript(no-floating-promises)', 'src/domain/floating.ts', 'Promise.resolve(1);\n'],
  ['typescript(no-misused-promises)', 'src/domain/misused.ts', '[1].forEach(async (n) => Promise.resolve(n));\n'],
  [
    'typescript(switch-exhaustiveness-check)',
    'src/domain/switch.ts',
    "export function f(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      break;\n  }\n}\n",
  ],
  ['typescript(no-explicit-any)', 'src/domain/any.ts', 'export type Planted = any;\n'],
  ['typescript(no-unsafe-assignment)', 'src/domain/unsafe.ts', "export const planted = JSON.parse('1');\n"],
  ['typescript(no-non-null-assertion)', 'src/domain/non-null.ts', 'export const first = [1][0]!;\n'],
  ['typescript(ban-ts-comment)', 'src/domain/ignored.ts', '// @ts-ignore\nexport const a = 1;\n'],
  ['typescript(only-throw-error)', 'src/domain/thrown.ts', "throw 'text';\n"],
  ['import(no-cycle)', 'src/domain/cycle-a.ts', "import { b } from './cycle-b.ts';\n\nexport const a = () => b;\n"],
  ['import(no-cycle)', 'src/domain/cycle-b.ts', "import { a } from './cycle-a.ts';\n\nexport const b = () => a;\n"],
  ['import(no-default-export)', 'src/domain/default.ts', 'export default 1;\n'],
  ['oxc(no-barrel-file)', 'src/domain/barrel.ts', "export * from './word.ts';\n"],
  ['unicorn(filename-case)', 'src/domain/camelCase.ts', 'export const a = 1;\n'],
  ['eslint(no-console)', 'src/domain/console.ts', "console.log('x');\n"],
  ['node(no-process-env)', 'src/jobs/environment.ts', "export const a = process.env['A'];\n"],
  ['vitest(no-focused-tests)', 'test/focused.test.ts', "import { it } from 'vitest';\n\nit.only('x', () => {});\n"],
  ['vitest(no-disabled-tests)', 'test/skipped.test.ts', "import { it } from 'vitest';\n\nit.skip('x', () => {});\n"],
  [
    'eslint(no-restricted-properties)',
    'test/mocked.test.ts',
    "import { vi } from 'vitest';\n\nvi.mock('../src/main.ts');\n",
  ],
];

/** Every row of the import table, with something that it does not allow. */
const forbidden: readonly (readonly [file: string, specifier: string])[] = [
  ['src/domain/to-plan.ts', '../plan/plan-word.ts'],
  ['src/domain/to-ports.ts', '../ports/mouth.ts'],
  ['src/domain/to-node.ts', 'node:fs'],
  ['src/domain/to-package.ts', 'zod'],
  ['src/plan/to-ports.ts', '../ports/mouth.ts'],
  ['src/plan/to-jobs.ts', '../jobs/say.ts'],
  ['src/plan/to-node.ts', 'node:fs'],
  ['src/plan/to-package.ts', 'undici'],
  ['src/plan/to-zod.ts', 'zod'],
  ['src/observe/to-plan.ts', '../plan/plan-word.ts'],
  ['src/observe/to-node.ts', 'node:crypto'],
  ['src/present/to-plan.ts', '../plan/plan-word.ts'],
  ['src/present/to-ports.ts', '../ports/mouth.ts'],
  ['src/present/to-package.ts', 'diff'],
  ['src/predict/to-jobs.ts', '../jobs/say.ts'],
  ['src/predict/to-adapter.ts', '../adapters/git/sound.ts'],
  ['src/predict/to-node.ts', 'node:fs'],
  ['src/release/to-jobs.ts', '../jobs/say.ts'],
  ['src/release/to-present.ts', '../present/sound.ts'],
  ['src/release/to-node.ts', 'node:fs'],
  ['src/jobs/to-adapter.ts', '../adapters/git/sound.ts'],
  ['src/jobs/to-webhooks.ts', '../webhooks/sound.ts'],
  ['src/jobs/to-node.ts', 'node:fs'],
  ['src/jobs/to-package.ts', 'bullmq'],
  ['src/webhooks/to-jobs.ts', '../jobs/say.ts'],
  ['src/webhooks/to-adapter.ts', '../adapters/git/sound.ts'],
  ['src/webhooks/to-package.ts', 'bullmq'],
  ['src/adapters/github/to-git.ts', '../git/sound.ts'],
  ['src/adapters/github/to-package.ts', 'undici'],
  ['src/adapters/git/to-plan.ts', '../../plan/plan-word.ts'],
  ['src/adapters/git/to-package.ts', '@octokit/rest'],
  ['src/adapters/render/to-jobs.ts', '../../jobs/say.ts'],
  ['src/adapters/render/to-plan.ts', '../../plan/plan-word.ts'],
  ['src/adapters/render/to-package.ts', '@kubernetes/client-node'],
  ['src/adapters/kubernetes/to-package.ts', 'bullmq'],
  ['src/adapters/kubernetes/to-redis.ts', '../redis/sound.ts'],
  ['src/adapters/process/to-git.ts', '../git/sound.ts'],
  ['src/adapters/http/to-package.ts', 'undici'],
  ['src/adapters/redis/to-process.ts', '../process/sound.ts'],
  ['src/adapters/redis/to-package.ts', '@kubernetes/client-node'],
  ['src/adapters/metrics/to-package.ts', 'pino'],
  ['src/adapters/log/to-package.ts', 'prom-client'],
  ['src/adapters/clock/to-package.ts', 'pino'],
  ['src/adapters/disk/to-package.ts', 'pino'],
  ['src/config.ts', './domain/word.ts'],
  ['src/jobs/to-main.ts', '../main.ts'],
  ['src/jobs/to-sandbox.ts', '../../sandbox/demo.ts'],
  ['src/main.ts', '../test/word.test.ts'],
  ['sandbox/to-product.ts', '../src/domain/word.ts'],
  ['sandbox/to-test.ts', '../test/word.test.ts'],
];

/** Other ways to write an import. */
const disguised: readonly (readonly [file: string, text: string])[] = [
  ['src/domain/type-import.ts', "import type { Mouth } from '../ports/mouth.ts';\n\nexport type A = Mouth;\n"],
  ['src/domain/import-type.ts', "export type A = import('../ports/mouth.ts').Mouth;\n"],
  ['src/domain/dynamic.ts', "export const a = () => import('../ports/mouth.ts');\n"],
  ['src/domain/computed.ts', 'export const a = (name: string) => import(name);\n'],
  ['src/domain/exported.ts', "export type { Mouth } from '../ports/mouth.ts';\n"],
  ['src/domain/equals.ts', "import ports = require('../ports/mouth.ts');\n\nexport const a = ports;\n"],
  ['src/newcomer/without-row.ts', "import '../domain/word.ts';\n"],
];

describe('lint', () => {
  const sdk = 'src/adapters/kubernetes/leaks.ts';
  const planted: Readonly<Record<string, string>> = {
    ...Object.fromEntries(mistakes.map(([, file, text]) => [file, text])),
    ...Object.fromEntries(forbidden.map(([file, specifier]) => [file, `import '${specifier}';\n`])),
    ...Object.fromEntries(disguised),
    [sdk]: "export type { KubeConfig } from '@kubernetes/client-node';\n",
    'src/adapters/git/sound.ts': 'export const a = 1;\n',
    'src/adapters/redis/sound.ts': 'export const a = 1;\n',
    'src/webhooks/sound.ts': 'export const a = 1;\n',
  };
  let tree: PlantedTree;
  let ok: boolean;
  let found: ReadonlySet<string>;
  beforeAll(async () => {
    tree = await plantedTree(planted);
    const result = await tree.check('lint');
    ok = result.ok;
    const problems = result.output.matchAll(/^\s*x ([\w-]+\([\w-]+\)):.*\n(?:.*\n)??\s*,-\[([^:\]]+)/gm);
    found = new Set([...problems].map(([, rule, file]) => `${rule} ${file}`));
  });
  afterAll(() => tree.remove());

  it('fails', () => expect(ok).toBe(false));

  it.each(mistakes)('refuses %s in %s', (rule, file) => expect(found).toContain(`${rule} ${file}`));

  it.each(forbidden)('refuses in %s an import of %s', (file) => expect(found).toContain(`fairlead(imports) ${file}`));

  it.each(disguised)('sees the import in %s', (file) => expect(found).toContain(`fairlead(imports) ${file}`));

  it('keeps the types of an SDK in its adapter', () => expect(found).toContain(`fairlead(sdk-stays) ${sdk}`));

  it('finds nothing wrong with the files beside them', () => {
    const innocent = ['src/adapters/git/sound.ts', 'src/plan/plan-word.ts', 'src/jobs/say.ts', 'sandbox/demo.ts'];
    expect([...found].filter((problem) => innocent.some((file) => problem.endsWith(file)))).toEqual([]);
  });
});

function planWordWith(more: string): string {
  return `import type { Word } from '../domain/word.ts';\n\nexport function planWord(text: string): Word {\n  return { kind: 'said', text };\n}\n${more}`;
}
