import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SourceFile } from '../../src/plan/manifests/read-manifests.ts';

/** One pull request that people really merged: the files it touched, before and after, and what it did. */
export interface Case {
  /** `moj-prs-2019-2022/pr-529` */
  readonly name: string;
  readonly expected: Expected;
  readonly environments: readonly CaseEnvironment[];
  /** Files that the pull request touched and that the corpus does not hold. */
  readonly missing: readonly string[];
}

/** Identities as `group/Kind/namespace/name`, as they are written in the files; `-` for no namespace. */
export interface Expected {
  readonly create: readonly string[];
  readonly update: readonly string[];
  readonly delete: readonly string[];
}

/** One directory that is released as a whole; the files below it that the pull request left alone are not known. */
export interface CaseEnvironment {
  readonly path: string;
  /** For manifests that name none. */
  readonly namespace: string;
  readonly before: readonly SourceFile[];
  readonly after: readonly SourceFile[];
}

/** How a repository of the corpus is divided into environments, and what their default namespace is. */
export interface CorpusSet {
  readonly folder: string;
  readonly environmentOf: (file: string) => string;
  readonly namespaceOf: (environment: string) => string;
}

export const corpusSets: readonly CorpusSet[] = [
  {
    folder: 'moj-prs-2019-2022',
    // namespaces/CLUSTER/NAMESPACE/…
    environmentOf: (file) => file.split('/').slice(0, -1).slice(0, 3).join('/'),
    namespaceOf: (environment) => lastOf(environment).replaceAll('.', '-'),
  },
  {
    folder: 'oss-test-infra-prs',
    // prow/CLUSTER/cluster/…, and one more cluster below it.
    environmentOf: (file) => /^prow\/knative\/cluster\/build|^prow\/[^/]+\/cluster|^[^/]+\/[^/]+/.exec(file)?.[0] ?? '',
    namespaceOf: () => 'default',
  },
];

/** Every case of a set, by number. */
export function readCases(corpus: string, set: CorpusSet): readonly Case[] {
  const folder = path.join(corpus, set.folder);
  return readdirSync(folder)
    .filter((name) => name.startsWith('pr-'))
    .toSorted((left, right) => Number(left.slice(3)) - Number(right.slice(3)))
    .map((name) => readCase(path.join(folder, name), `${set.folder}/${name}`, set));
}

function readCase(folder: string, name: string, set: CorpusSet): Case {
  const said = JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8'));
  const expected: Expected = { create: said.create, update: said.update, delete: said.delete };
  const halves = ['before', 'after'].map((half) => filesBelow(path.join(folder, half)));
  const [before, after] = halves.map((files) => Map.groupBy(files, ({ path: file }) => set.environmentOf(file)));
  const touched: readonly string[] = said.paths.flatMap(([, ...files]: readonly string[]) => files);
  const held = new Set(halves.flat().map(({ path: file }) => file));
  const paths = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].toSorted();
  const environments = paths.map((one) => ({
    path: one,
    namespace: set.namespaceOf(one),
    before: before?.get(one) ?? [],
    after: after?.get(one) ?? [],
  }));
  return { name, expected, environments, missing: touched.filter((file) => !held.has(file)) };
}

/** The YAML and JSON files below a folder, named relative to it, in order; none where it is not there. */
export function filesBelow(folder: string): readonly SourceFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted()
    .map((file) => ({ path: file, content: readFileSync(path.join(folder, file)) }));
}

function lastOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}
