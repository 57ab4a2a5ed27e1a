/**
 * The import table as lint rules, loaded by `.oxlintrc.json` (`jsPlugins`), so that an editor shows them too.
 *
 * - `fairlead/imports`: a file imports only what its row of the table allows, types included.
 * - `fairlead/sdk-stays`: an adapter exports nothing straight from a package; SDK types never leave their adapter.
 */
import path from 'node:path';
import { compositionRoot, type ImportRow, importTable } from './import-table.ts';

type Specifier = { readonly type: string; readonly value?: unknown };
type Node = {
  readonly type: string;
  readonly source?: Specifier | null;
  readonly argument?: Specifier | null;
  readonly expression?: Specifier | null;
};
type Context = {
  readonly cwd: string;
  readonly physicalFilename: string;
  report(problem: { readonly node: unknown; readonly message: string }): void;
};

const importers = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
  'TSExternalModuleReference',
] as const;

export default {
  meta: { name: 'fairlead' },
  rules: {
    imports: {
      create: (context: Context) =>
        visitImports(context, (file, specifier) =>
          specifier === computed ? computedProblem(file) : importProblem(file, specifier),
        ),
    },
    'sdk-stays': {
      create: (context: Context) =>
        visitImports(context, (file, specifier, type) => {
          const exported = type === 'ExportNamedDeclaration' || type === 'ExportAllDeclaration';
          return exported && file.startsWith('src/adapters/') && specifier !== computed && !specifier.startsWith('.')
            ? `${file} exports from ${specifier}: SDK types never leave their adapter`
            : undefined;
        }),
    },
  },
};

const computed = Symbol('a specifier that is not a literal');
type ProblemOf = (file: string, specifier: string | typeof computed, nodeType: string) => string | undefined;

function visitImports(context: Context, problemOf: ProblemOf): Record<string, (node: Node) => void> {
  const file = path.relative(context.cwd, context.physicalFilename).split(path.sep).join('/');
  const visit = (node: Node): void => {
    const source = node.source ?? node.argument ?? node.expression;
    if (source === undefined || source === null) return; // an export of the file's own
    const message = problemOf(file, typeof source.value === 'string' ? source.value : computed, node.type);
    if (message !== undefined) context.report({ node, message });
  };
  return Object.fromEntries(importers.map((type) => [type, visit]));
}

/** What is computed cannot be looked up in the table, so the product does without. */
function computedProblem(file: string): string | undefined {
  return file.startsWith('src/') ? `${file} imports a computed path` : undefined;
}

/** Why `file` may not import `specifier`, or undefined where it may. Both relative to the repository. */
function importProblem(file: string, specifier: string): string | undefined {
  const row = rowOf(file);
  if (row === undefined) {
    return file.startsWith('src/') ? `${file} has no row in test/house/import-table.ts` : undefined;
  }
  if (!specifier.startsWith('.')) {
    return allowsPackage(row, specifier) ? undefined : `${row.place} may not import ${specifier}`;
  }
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const forRoot = target === compositionRoot && file.startsWith('src/');
  return !forRoot && row.places.some((place) => isIn(target, place))
    ? undefined
    : `${row.place} may not import ${target}`;
}

/** The row that a file belongs to; undefined: none. */
export function rowOf(file: string): ImportRow | undefined {
  return importTable
    .filter((row) => isIn(file, row.place))
    .toSorted((a, b) => b.place.length - a.place.length)
    .at(0);
}

function isIn(file: string, place: string): boolean {
  return place === '' ? !file.startsWith('..') : file === place || file.startsWith(`${place}/`);
}

function allowsPackage(row: ImportRow, specifier: string): boolean {
  return row.packages.some((allowed) => {
    if (allowed === 'node:') return specifier.startsWith('node:');
    if (allowed === '*') return !specifier.startsWith('node:');
    return specifier === allowed || specifier.startsWith(`${allowed}/`);
  });
}
