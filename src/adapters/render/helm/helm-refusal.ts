import { isJsonObject } from '../../../domain/json.ts';
import { chartFile, type Problem } from '../../../domain/rendering.ts';
import { readKubernetesYaml, type YamlDocument } from '../../../plan/yaml/kubernetes-yaml.ts';
import { joinPath } from '../repository-path.ts';
import type { ChartClosure } from './helm-closure.ts';
import { fileOf, onlyDocument, textOf } from './helm-origins.ts';

/**
 * What helm 4 complains of, where it can be mended. Its words may quote values: where the chart holds Secrets only those
 * are shown that are known not to, or that stand in a template as they are.
 */
export function helmProblems(stderr: string, closure: ChartClosure): readonly Problem[] {
  const words = stderr
    .replace(/^(WARNING|level=|time=).*\n/gm, '')
    .replace(/^[\s\S]*?Error: /, '')
    .replace(/Use --debug flag[\s\S]*$/, '')
    .trim();
  return (
    missingDependencies(words, closure) ??
    schemaProblems(words, closure) ??
    valuesProblems(words, closure) ??
    chartProblems(words, closure) ?? [templateProblem(words, closure)]
  );
}

function missingDependencies(words: string, closure: ChartClosure): readonly Problem[] | null {
  const names = /missing in charts\/ directory: (.+)$/m.exec(words)?.[1];
  if (names === undefined) return null;
  const listed = ['requirements.yaml', chartFile].map((name) => joinPath(closure.folder, name));
  const file = listed.find((name) => closure.files.has(name)) ?? joinPath(closure.folder, chartFile);
  const document = onlyDocument(textOf(closure.files, file));
  const value = document?.value;
  const written = isJsonObject(value) && Array.isArray(value['dependencies']) ? value['dependencies'] : [];
  return names.split(', ').map((name) => {
    const index = written.findIndex((one: unknown) => nameOfDependency(one) === name);
    const message = `The dependency ${name} is not vendored, and Fairlead fetches nothing: run \`helm dependency build\` and commit charts/.`;
    return { file, line: document?.lineOf(['dependencies', index]) ?? null, path: `dependencies.${index}`, message };
  });
}

function nameOfDependency(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
}

/** `- at '/image/tag': got number, want string`, under the name of a chart. */
function schemaProblems(words: string, closure: ChartClosure): readonly Problem[] | null {
  if (!words.startsWith("values don't meet the specifications of the schema")) return null;
  const values = valuesFiles(closure);
  const problems: Problem[] = [];
  let chart = '';
  for (const line of words.split('\n').slice(1)) {
    const heading = /^(\S+):$/.exec(line);
    if (heading !== null) chart = heading[1] ?? '';
    const match = /^\s*- at '([^']*)': (.+)$/.exec(line);
    if (match === null) continue;
    const [, pointer = '', said = ''] = match;
    const inside = pointer.split('/').slice(1).map(unescaped);
    const place = values
      .toReversed()
      .flatMap((one) => one.at([chart, ...inside]) ?? one.at(inside) ?? [])
      .at(0);
    problems.push({
      file: place?.file ?? values.at(-1)?.file ?? joinPath(closure.folder, chartFile),
      line: place?.line ?? null,
      path: inside.join('.') || null,
      message: `The values do not meet the schema of the chart ${chart}: ${schemaWords(said, closure)}.`,
    });
  }
  return problems.length > 0 ? problems : null;
}

function schemaWords(said: string, { holdsSecrets }: ChartClosure): string {
  const isKnown = /^(missing propert(y|ies) |got \w+, want |value must be |additional properties |\w+: got \d+, want )/;
  return !holdsSecrets || isKnown.test(said) ? said.slice(0, 500) : 'see values.schema.json';
}

interface ValuesFile {
  readonly file: string;
  /** null: it does not say this. */
  readonly at: (path: readonly string[]) => { readonly file: string; readonly line: number } | null;
}

function valuesFiles(closure: ChartClosure): readonly ValuesFile[] {
  const own = joinPath(closure.folder, 'values.yaml');
  return [...(closure.files.has(own) ? [own] : []), ...closure.values].map((file) => {
    const document = onlyDocument(textOf(closure.files, file));
    return {
      file,
      at: (path) => (document !== null && says(document, path) ? { file, line: document.lineOf(path) } : null),
    };
  });
}

function says({ value }: YamlDocument, path: readonly string[]): boolean {
  let inside: unknown = value;
  for (const name of path) {
    if (typeof inside !== 'object' || inside === null || !Object.hasOwn(inside, name)) return false;
    inside = (inside as Readonly<Record<string, unknown>>)[name];
  }
  return true;
}

function unescaped(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A values file that is no YAML, or no mapping. */
function valuesProblems(words: string, closure: ChartClosure): readonly Problem[] | null {
  if (!/^(failed to parse|cannot load values\.yaml)/.test(words)) return null;
  const files = valuesFiles(closure).map(({ file }) => file);
  const problems = files.flatMap((file) => complaintsOf(file, closure));
  if (problems.length > 0) return problems;
  return files.flatMap((file) => {
    const value = onlyDocument(textOf(closure.files, file))?.value;
    return value === undefined || value === null || isJsonObject(value)
      ? []
      : [{ file, line: null, path: null, message: 'A file of values is one document, a mapping.' }];
  });
}

function complaintsOf(file: string, { files }: ChartClosure): readonly Problem[] {
  const reading = readKubernetesYaml(textOf(files, file));
  return reading.kind === 'read'
    ? []
    : reading.problems.map(({ line, message }) => ({ file, line, path: null, message }));
}

/** What is wrong with Chart.yaml itself. */
function chartProblems(words: string, closure: ChartClosure): readonly Problem[] | null {
  const file = joinPath(closure.folder, chartFile);
  const incompatible = /^chart requires kubeVersion: (.+) which is incompatible with Kubernetes (\S+)$/m.exec(words);
  if (incompatible !== null) {
    const [, wanted, version] = incompatible;
    const line = onlyDocument(textOf(closure.files, file))?.lineOf(['kubeVersion']) ?? null;
    const message = `The chart asks for Kubernetes ${wanted}, and the cluster has ${version}.`;
    return [{ file, line, path: 'kubeVersion', message }];
  }
  if (!/Chart\.yaml|^validation: chart\.metadata/.test(words)) return null;
  const malformed = complaintsOf(file, closure);
  if (malformed.length > 0) return malformed;
  const said = /^validation: [\w. ]+/.exec(words)?.[0] ?? 'helm cannot load it';
  return [{ file, line: null, path: null, message: `This is no chart: ${said}.` }];
}

/**
 * `shop/templates/a.yaml:12:3`, in any of helm's ways to say it; the last one is the deepest. A chart chooses the words
 * (`fail`): no part of the pattern may match what its neighbour does, or a line of slashes is tried in every way there is.
 */
const place = /([\w.-]+(?:\/[^\s:()/]+)+\.\w+)(?::(\d+))?(?::\d+)?/g;
/** As much of the words is looked through for it: its time may grow with their square. */
const placedWithin = 8_000;

function templateProblem(words: string, closure: ChartClosure): Problem {
  const places = [...words.slice(-placedWithin).matchAll(place)].filter(([, named = '']) =>
    /\/(templates|crds|charts)\//.test(named),
  );
  const [, named, line] = places.findLast(([, , at]) => at !== undefined) ?? places.at(-1) ?? [];
  const isYaml = words.startsWith('YAML parse error on');
  return {
    file: named === undefined ? joinPath(closure.folder, chartFile) : fileOf(named, closure),
    line: line === undefined || isArchive(named, closure) ? null : Number(line),
    path: null,
    message: isYaml ? yamlWords(words) : `helm cannot render this: ${templateWords(words, closure)}.`,
  };
}

function isArchive(named: string | undefined, closure: ChartClosure): boolean {
  return named !== undefined && closure.archives.has(fileOf(named, closure));
}

/** The line is one of what was rendered. */
function yamlWords(words: string): string {
  const said = /yaml: line (\d+): ([a-z ]+(?:'[^'\w]{1,3}'[a-z ]*)*)/.exec(words);
  if (said === null) return 'What this renders is no YAML.';
  return `What this renders is no YAML: line ${said[1]} of it: ${said[2]?.trim()}. Run \`helm template --debug\` to see it.`;
}

const known = [
  /nil pointer evaluating [\w{}. ]+/,
  /can't evaluate field \w+ in type [\w{}.[\] ]+/,
  /wrong type for value; expected [\w{}.[\] ]+; got [\w{}.[\] ]+/,
  /no template "[\w./-]+" associated with template/,
  /function "\w+" not defined/,
  /unclosed action|unexpected [<>\w{}" ]{1,40} in [\w ]+|incompatible types for comparison/,
];

function templateWords(words: string, { holdsSecrets, files, archives }: ChartClosure): string {
  const last = words
    .split('\n')
    .at(-1)
    ?.replace(/^(execution|parse) error at \([^)]*\): /, '')
    .trim();
  const said = (last ?? '').slice(0, 1_000).replace(/\.$/, '');
  if (!holdsSecrets) return said;
  for (const words_ of known) {
    const found = words_.exec(said)?.[0];
    if (found !== undefined) return found;
  }
  // What an author wrote for whoever reads it: `fail "set image.tag"`.
  const texts = [...files].flatMap(([file, content]) =>
    /(^|\/)templates\//.test(file) ? [Buffer.from(content).toString('utf8')] : [],
  );
  const isWritten =
    said.length > 3 && [...texts, ...[...archives.values()].map(String)].some((text) => text.includes(said));
  return isWritten ? said : 'its words are not shown, because the chart holds Secrets; run `helm template` to see them';
}
