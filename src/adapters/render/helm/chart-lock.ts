import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import { chartFile, type Problem } from '../../../domain/rendering.ts';
import { joinPath } from '../repository-path.ts';
import type { ChartClosure } from './helm-closure.ts';
import { chartIn, onlyDocument, textOf } from './helm-origins.ts';

/**
 * Where `Chart.lock`, the dependencies in `Chart.yaml` and what is vendored say different things. helm renders what is in
 * `charts/` all the same, and so it is planned; `helm dependency build` refuses, and whoever raised a version in `Chart.yaml` alone
 * would look for it in vain.
 */
export function lockRemarks(closure: ChartClosure): readonly Problem[] {
  const { folder, files } = closure;
  const file = joinPath(folder, 'Chart.lock');
  const lock = files.has(file) ? onlyDocument(textOf(files, file)) : null;
  const chart = onlyDocument(textOf(files, joinPath(folder, chartFile)));
  if (lock === null || chart === null || !isJsonObject(lock.value) || !isJsonObject(chart.value)) return [];
  const [wanted, locked] = [dependenciesOf(chart.value), dependenciesOf(lock.value)];
  const digest = digestOf(wanted, locked);
  const remarks: Problem[] = [];
  if (digest !== null && digest !== lock.value['digest']) {
    const message =
      'The lock file is out of sync with the dependencies in Chart.yaml, and charts/ is rendered as it is: run `helm dependency update` and commit both.';
    remarks.push({ file, line: lock.lineOf(['digest']), path: 'digest', message });
  }
  const versionsOf = vendoredVersions(closure);
  const told = new Set<string>();
  for (const [index, { name, version }] of locked.entries()) {
    // One sentence for each chart, however often it is locked.
    if (typeof name !== 'string' || typeof version !== 'string' || told.has(name)) continue;
    const vendored = versionsOf(name);
    if (vendored.size === 0 || vendored.has(version)) continue;
    told.add(name);
    const message = `charts/ holds ${name} ${[...vendored].join(' and ')}, not ${version}: what it holds is rendered. Run \`helm dependency build\` and commit charts/.`;
    remarks.push({
      file,
      line: lock.lineOf(['dependencies', index, 'version']),
      path: `dependencies.${index}`,
      message,
    });
  }
  return remarks;
}

function dependenciesOf({ dependencies }: JsonObject): readonly JsonObject[] {
  return Array.isArray(dependencies) ? dependencies.filter(isJsonObject) : [];
}

/**
 * The versions of a chart that are in `charts/`, as a folder or as an archive that helm named. All archives are looked at once:
 * who wrote the lock file says how often it is asked.
 */
function vendoredVersions({ folder, files, archives }: ChartClosure): (name: string) => ReadonlySet<string> {
  const packed = new Map<string, Set<string>>();
  const start = joinPath(folder, 'charts/');
  for (const file of archives.keys()) {
    const named = file.startsWith(start) ? file.slice(start.length, -'.tgz'.length) : '';
    // Another chart's name may begin with this one's, and may hold a number.
    for (const { index } of named.matchAll(/-(?=v?\d)/g)) {
      const [name, version] = [named.slice(0, index), named.slice(index + 1)];
      if (!/^v?\d+(\.\d+)*([+-][^/]*)?$/.test(version)) continue;
      packed.set(name, (packed.get(name) ?? new Set()).add(version));
    }
  }
  return (name) => {
    const chart = chartIn(joinPath(folder, `charts/${name}`), files);
    const unpacked = isJsonObject(chart) && typeof chart['version'] === 'string' ? [chart['version']] : [];
    return new Set([...(packed.get(name) ?? []), ...unpacked]);
  };
}

/**
 * helm's own digest (internal/resolver, HashReq): of both lists, as Go writes their JSON. null: it cannot be told here, for a
 * repository is named by what somebody's helm calls it, or a value is none that is written the same everywhere.
 */
function digestOf(wanted: readonly JsonObject[], locked: readonly JsonObject[]): string | null {
  const lists = [wanted, locked].map((list) => list.map(written));
  if (lists.flat().includes(null)) return null;
  const text = `[${lists.map((list) => (list.length === 0 ? 'null' : `[${list.join(',')}]`)).join(',')}]`;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function written(dependency: JsonObject): string | null {
  const { name, version, repository = '', condition, tags, enabled, alias } = dependency;
  if (typeof name !== 'string' || typeof repository !== 'string' || /^(@|alias:)/.test(repository)) return null;
  const members: readonly (readonly [string, Json | undefined])[] = [
    ['name', name],
    ['version', version],
    ['repository', repository],
    ['condition', condition],
    ['tags', tags],
    ['enabled', enabled],
    ['import-values', dependency['import-values']],
    ['alias', alias],
  ];
  const told = members.flatMap(([member, value]) => {
    const isAlways = member === 'name' || member === 'repository';
    return isAlways || !isEmpty(value) ? [[member, value] as const] : [];
  });
  if (!told.every(([, value]) => isPlain(value))) return null;
  return goText(`{${told.map(([member, value]) => `${JSON.stringify(member)}:${sorted(value)}`).join(',')}}`);
}

// Go's omitempty.
function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}

function isPlain(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.every((item: Json) => isPlain(item));
  return isJsonObject(value) ? Object.values(value).every(isPlain) : typeof value === 'string' || value === true;
}

/** With the members of maps in their order. */
function sorted(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => sorted(item)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).toSorted();
  return `{${members.map((member) => `${JSON.stringify(member)}:${sorted(value[member])}`).join(',')}}`;
}

// encoding/json makes what it writes fit for HTML.
function goText(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
