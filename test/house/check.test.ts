import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rowOf } from './import-rules.ts';
import { importTable } from './import-table.ts';
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
    ['types', 'test/planted.test.ts', "export const planted: number = 'text';\n"],
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

/** What types must refuse, by the option of `tsconfig.json` that makes it so. */
const typeMistakes: readonly (readonly [option: string, code: string, text: string])[] = [
  ['strict', 'TS7006', 'export const planted = (text) => text;\n'],
  ['noUncheckedIndexedAccess', 'TS2322', 'export const planted: number = [1][0];\n'],
  ['exactOptionalPropertyTypes', 'TS2375', 'export const planted: { a?: number } = { a: undefined };\n'],
  ['noImplicitOverride', 'TS4114', 'class A {\n  a(): void {}\n}\nexport class B extends A {\n  a(): void {}\n}\n'],
  ['noImplicitReturns', 'TS7030', 'export function f(a: boolean): number | undefined {\n  if (a) return 1;\n}\n'],
  [
    'noFallthroughCasesInSwitch',
    'TS7029',
    'export function f(a: number): number {\n  let b = 0;\n  switch (a) {\n    case 1:\n      b = 1;\n    case 2:\n      b = 2;\n  }\n  return b;\n}\n',
  ],
  ['noUnusedLocals', 'TS6133', 'const unused = 1;\nexport const a = 1;\n'],
  ['noUnusedParameters', 'TS6133', 'export function f(a: number): void {}\n'],
  ['erasableSyntaxOnly', 'TS1294', 'export enum Planted {\n  A,\n}\n'],
  ['verbatimModuleSyntax', 'TS1484', "import { Word } from './word.ts';\n\nexport type A = Word;\n"],
];

describe('types', () => {
  const fileOf = (option: string): string => `src/domain/${option.toLowerCase()}.ts`;
  let tree: PlantedTree;
  let output: string;
  beforeAll(async () => {
    tree = await plantedTree(Object.fromEntries(typeMistakes.map(([option, , text]) => [fileOf(option), text])));
    ({ output } = await tree.check('types'));
  });
  afterAll(() => tree.remove());

  it.each(typeMistakes)('refuses what %s forbids (%s)', (option, code) => {
    expect(
      output
        .split('\n')
        .filter((line) => line.startsWith(fileOf(option)))
        .join('\n'),
    ).toContain(`error ${code}`);
  });

  it('is planted against with every option that forbids something', () => {
    const { compilerOptions } = z
      .object({ compilerOptions: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(path.join(tree.root, 'tsconfig.json'), 'utf8')));
    const forbids = /^(?:strict|no[A-Z]|exact|erasable|verbatim)/;
    const on = Object.keys(compilerOptions).filter((name) => forbids.test(name) && compilerOptions[name] === true);
    expect(on.filter((name) => name !== 'noEmit').toSorted()).toEqual(
      typeMistakes.map(([option]) => option).toSorted(),
    );
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
  [
    'eslint(no-restricted-properties)',
    'test/mocked-later.test.ts',
    "import { vi } from 'vitest';\n\nvi.doMock('../src/main.ts');\n",
  ],
  ['eslint(eqeqeq)', 'src/domain/equal.ts', 'export const same = (a: number, b: number): boolean => a == b;\n'],
  ['eslint(no-unused-vars)', 'src/domain/unused.ts', 'try {\n  performance.now();\n} catch (error) {}\n'],
  // Not by name: on as all that is surely a mistake.
  ['eslint(no-debugger)', 'src/domain/correctness.ts', 'debugger;\n'],
  [
    'import(no-duplicates)',
    'src/domain/duplicates.ts',
    "import { a } from './cycle-a.ts';\nimport { a as other } from './cycle-a.ts';\n\nexport const both = [a, other];\n",
  ],
  ['typescript(await-thenable)', 'src/domain/awaited.ts', 'export const a = async () => await 1;\n'],
  [
    'typescript(consistent-type-imports)',
    'src/domain/type-imported.ts',
    "import { Word } from './word.ts';\n\nexport type A = Word;\n",
  ],
  [
    'typescript(no-unnecessary-type-assertion)',
    'src/domain/asserted.ts',
    'export const a = (b: string) => b as string;\n',
  ],
  [
    'typescript(no-unsafe-argument)',
    'src/domain/argument.ts',
    "const take = (text: string): string => text;\nexport const a = take(JSON.parse('1'));\n",
  ],
  ['typescript(no-unsafe-call)', 'src/domain/called.ts', "export const a: unknown = JSON.parse('1')();\n"],
  ['typescript(no-unsafe-member-access)', 'src/domain/member.ts', "export const a: unknown = JSON.parse('1').b;\n"],
  ['typescript(no-unsafe-return)', 'src/domain/returned.ts', "export const a = (): string => JSON.parse('1');\n"],
  [
    'typescript(prefer-promise-reject-errors)',
    'src/domain/rejected.ts',
    "export const a = (): Promise<void> => Promise.reject('text');\n",
  ],
  [
    'typescript(return-await)',
    'src/domain/return-await.ts',
    'export async function f(): Promise<number> {\n  try {\n    return Promise.resolve(1);\n  } catch {\n    return 2;\n  }\n}\n',
  ],
  ['vitest(expect-expect)', 'test/nothing-expected.test.ts', "import { it } from 'vitest';\n\nit('x', () => {});\n"],
  [
    'vitest(valid-expect)',
    'test/expected-nothing.test.ts',
    "import { expect, it } from 'vitest';\n\nit('x', () => {\n  expect(1);\n});\n",
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
  ['src/present/pages/to-plan.ts', '../../plan/plan-word.ts'],
  ['src/present/pages/to-package.ts', 'zod'],
  ['src/ports/to-plan.ts', '../plan/plan-word.ts'],
  ['src/ports/to-node.ts', 'node:fs'],
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
  ['src/roles/to-package.ts', 'undici'],
  ['src/roles/to-main.ts', '../main.ts'],
  ['src/jobs/to-main.ts', '../main.ts'],
  ['src/jobs/to-sandbox.ts', '../../sandbox/demo.ts'],
  ['src/main.ts', '../test/word.test.ts'],
  ['sandbox/to-product.ts', '../src/domain/word.ts'],
  ['sandbox/to-test.ts', '../test/word.test.ts'],
  ['sandbox/demo.ts', '../test/word.test.ts'],
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
    'src/domain/silenced.ts': '// oxlint-disable-next-line no-console\nexport const a = 1;\n',
    [sdk]: "export type { KubeConfig } from '@kubernetes/client-node';\n",
    'src/adapters/git/sound.ts': 'export const a = 1;\n',
    'src/adapters/redis/sound.ts': 'export const a = 1;\n',
    'src/webhooks/sound.ts': 'export const a = 1;\n',
  };
  let tree: PlantedTree;
  let ok: boolean;
  let output: string;
  let found: ReadonlySet<string>;
  beforeAll(async () => {
    tree = await plantedTree(planted);
    ({ ok, output } = await tree.check('lint'));
    const problems = output.matchAll(/^\s*x ([\w-]+\([\w-]+\)):.*\n(?:.*\n)??\s*,-\[([^:\]]+)/gm);
    found = new Set([...problems].map(([, rule, file]) => `${rule} ${file}`));
  });
  afterAll(() => tree.remove());

  it('fails', () => expect(ok).toBe(false));

  it.each(mistakes)('refuses %s in %s', (rule, file) => expect(found).toContain(`${rule} ${file}`));

  it.each(forbidden)('refuses in %s an import of %s', (file) => expect(found).toContain(`fairlead(imports) ${file}`));

  it.each(disguised)('sees the import in %s', (file) => expect(found).toContain(`fairlead(imports) ${file}`));

  it('keeps the types of an SDK in its adapter', () => expect(found).toContain(`fairlead(sdk-stays) ${sdk}`));

  it('refuses to be silenced where there is nothing to silence', () => {
    expect(output).toMatch(/Unused oxlint-disable directive.*\n\s*,-\[src\/domain\/silenced\.ts/);
  });

  it('is planted against with every rule that is switched on by name', () => {
    const { rules } = z
      .object({ rules: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(path.join(tree.root, '.oxlintrc.json'), 'utf8')));
    const named = Object.keys(rules).map((rule) => rule.replace(/^(\w+)\/(.+)$/, '$1($2)'));
    const planted = new Set([...mistakes.map(([rule]) => rule), 'fairlead(imports)', 'fairlead(sdk-stays)']);
    expect(named.filter((rule) => !planted.has(rule))).toEqual([]);
  });

  it('is planted against in every row of the import table', () => {
    const files = forbidden.map(([file]) => file);
    // These two may import everything.
    const places = importTable.map(({ place }) => place).filter((place) => place !== 'test' && place !== 'bench');
    expect(places.filter((place) => !files.some((file) => rowOf(file)?.place === place))).toEqual([]);
  });

  it('finds nothing wrong with the files beside them', () => {
    const innocent = ['src/adapters/git/sound.ts', 'src/plan/plan-word.ts', 'src/jobs/say.ts'];
    expect([...found].filter((problem) => innocent.some((file) => problem.endsWith(file)))).toEqual([]);
  });
});

function planWordWith(more: string): string {
  return `import type { Word } from '../domain/word.ts';\n\nexport function planWord(text: string): Word {\n  return { kind: 'said', text };\n}\n${more}`;
}
