import type { ConfirmRule, Environment, Follow, HelmSettings, Settings } from '../../domain/environment.ts';
import type { Problem } from '../../domain/rendering.ts';
import type { PlacedEnvironment } from '../../domain/settings-change.ts';
import { boundedProblems } from '../yaml/bounded-problems.ts';
import { readYamlFile, type YamlPlace } from '../yaml/place.ts';
import { circles } from './circles.ts';
import { readIgnore } from './ignore-rule.ts';
import { readKind } from './kind-name.ts';
import { isLabel } from './label.ts';

export type SettingsResult =
  | {
      readonly kind: 'settings';
      readonly settings: Settings;
      /** The same environments, each with its place in the file. */
      readonly placed: readonly PlacedEnvironment[];
    }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[]; readonly clusters: readonly NamedCluster[] };

/** A cluster that an environment names, and where: whether there is such a one only the operator's file tells. */
export interface NamedCluster {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly path: string;
}

/** `.github/fairlead.yml`, defaults filled in, or everything that is wrong with it. `file` is named in the problems. */
export function parseSettings(text: string, file: string, defaultBranch: string): SettingsResult {
  if (text.length > largest) {
    const message = `The settings are larger than ${largest / 1024} KiB: nobody can read them.`;
    return { kind: 'problems', problems: [{ file, line: null, path: null, message }], clusters: [] };
  }
  const { place, problems } = readYamlFile(text, file);
  if (place === null) return { kind: 'problems', problems, clusters: [] };
  const member = place.members(['environments', 'notify'], ['notify']);
  notYet(member('notify'), (value) => Array.isArray(value) && value.length === 0);
  const listed = member('environments');
  if (listed.isAbsent) place.complain('Settings name environments: `environments: { staging: { … } }`.');
  const environments = listed
    .entries()
    .map(([name, at]) => ({ at, environment: readEnvironment(name, at, defaultBranch) }));
  checkOrder(environments);
  checkPlaces(environments);
  if (environments.reduce((total, { environment }) => total + environment.ignore.length, 0) > mostIgnored) {
    listed.complain(`There are more than ${mostIgnored.toLocaleString('en-US')} rules of what is ignored.`);
  }
  if (problems.length > 0) {
    return { kind: 'problems', problems: boundedProblems(problems), clusters: environments.flatMap(namedCluster) };
  }
  return {
    kind: 'settings',
    settings: { environments: environments.map(({ environment }) => environment) },
    placed: environments.map(({ at, environment }) => ({
      environment,
      at: { file, line: at.line, pathLine: at.at('path').line },
      valuesLines: environment.helm.values.map((_, index) => at.at('helm').at('values').at(index).line),
    })),
  };
}

function namedCluster({ at, environment }: Placed): readonly NamedCluster[] {
  const { file, line, path } = at.at('cluster');
  return environment.cluster === '' ? [] : [{ name: environment.cluster, file, line, path: path.join('.') }];
}

/** Anybody may propose settings, and they are read at once: about a thousand environments, and a tenth of a second. */
const largest = 128 * 1024;

/** Of all environments together: one list of rules can be repeated by all of them. */
const mostIgnored = 5_000;

export const defaultConfirm: ConfirmRule = {
  deletions: 10,
  kinds: ['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim', 'StatefulSet'],
};

/** Reserved (ADR 4): refused with the reason that they are not available yet. */
export const laterKeys = ['approvals', 'signed', 'drift', 'onFailure'] as const;

export const environmentKeys = [
  ...(['cluster', 'path', 'namespace', 'follow', 'mode', 'after', 'prune'] as const),
  ...(['confirm', 'conflicts', 'foreign', 'adopt', 'helm', 'health', 'settle', 'ignore'] as const),
  ...laterKeys,
];

/** Part of the ledger's name: REPOSITORY_ID-ENVIRONMENT. */
export const environmentName = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** What is wrong is noted and stands in the result as the default: it is used only where nothing was wrong. */
function readEnvironment(name: string, at: YamlPlace, defaultBranch: string): Environment {
  if (!environmentName.test(name)) {
    at.complain('An environment’s name is at most 40 lower-case letters, digits and hyphens.');
  }
  const member = at.members(environmentKeys, laterKeys);
  notYet(member('approvals'), (value) => value === 0);
  notYet(member('signed'), (value) => value === false);
  notYet(member('onFailure'), (value) => value === 'stop');
  readDrift(member('drift'));
  return {
    name,
    cluster: readName(member('cluster'), 'The name of a cluster'),
    path: readPath(member('path')),
    namespace: readName(member('namespace'), 'The name of a namespace'),
    follow: readFollow(member('follow'), defaultBranch),
    mode: orDefault(member('mode'), (mode) => mode.oneOf(['release', 'manual', 'observe']), 'release'),
    after: member('after').texts('The name of an environment') ?? [],
    prune: orDefault(member('prune'), (prune) => prune.boolean(), true),
    confirm: readConfirm(member('confirm')),
    conflicts: orDefault(member('conflicts'), (rule) => rule.oneOf(['take', 'leave', 'block']), 'block'),
    foreign: orDefault(member('foreign'), (rule) => rule.oneOf(['report', 'block', 'remove']), 'report'),
    adopt: member('adopt').texts('The name of a field manager, such as kubectl-edit') ?? [],
    helm: readHelm(member('helm')),
    healthTimeoutMs: orDefault(
      member('health').members(['timeout'])('timeout'),
      (timeout) => timeout.duration({ min: '1s', max: '24h' }),
      5 * 60_000,
    ),
    settleMs: orDefault(member('settle'), (settle) => settle.duration({ min: '0s', max: '1h' }), 10_000),
    ignore: (member('ignore').items() ?? []).map(readIgnore),
  };
}

function orDefault<T>(at: YamlPlace, read: (at: YamlPlace) => T | null, fallback: T): T {
  return at.isAbsent ? fallback : (read(at) ?? fallback);
}

/** What this version does not do (ADR 4): accepted only where it asks for what happens anyway. */
function notYet(at: YamlPlace, asIs: (value: YamlPlace['value']) => boolean): void {
  if (!at.isAbsent && !asIs(at.value)) at.complain(`\`${String(at.path.at(-1))}\` is not available yet: leave it out.`);
}

function readDrift(at: YamlPlace): void {
  const mode = at.members(['mode', 'every'])('mode');
  // `off` is `false` in YAML as Kubernetes reads it.
  if (!at.isAbsent && mode.value !== 'off' && mode.value !== false) notYet(at, () => false);
}

function readName(at: YamlPlace, what: string): string {
  const name = at.text(what);
  if (name !== null && !isLabel(name)) {
    at.complain(`${what} is at most 63 lower-case letters, digits and hyphens.`);
  }
  return name ?? '';
}

function readPath(at: YamlPlace): string {
  const written = at.text('A folder of this repository (`.` for all of it)') ?? '';
  const names = written.split('/').filter((name, index) => name !== '.' && (name !== '' || index === 0));
  // oxlint-disable-next-line no-control-regex -- no folder has such a name, so they are named here
  if (names[0] === '' || names.includes('..') || /[\u0000-\u001f\u007f\\]/.test(written)) {
    if (written !== '') at.complain('A path begins at the root of the repository and stays in it: `deploy/staging`.');
    return '';
  }
  return names.join('/');
}

function readHelm(at: YamlPlace): HelmSettings {
  const member = at.members(['release', 'values']);
  const release = member('release');
  return {
    release: release.isAbsent ? null : readName(release, 'The name of a Helm release'),
    values: (member('values').items() ?? []).map(readPath),
  };
}

function readFollow(at: YamlPlace, defaultBranch: string): Follow {
  if (at.isAbsent) return { kind: 'branch', branch: defaultBranch };
  if (typeof at.value === 'object') {
    const tags = at.members(['tags'])('tags');
    notYet(tags, () => false);
    if (tags.isAbsent) at.complain('The name of a branch is expected here.');
    return { kind: 'branch', branch: defaultBranch };
  }
  const branch = at.text('The name of a branch');
  if (branch !== null && /[\s~^:?*[\\]|\.\.|^\/|\/$|^refs\//.test(branch)) {
    at.complain('The name of one branch is expected here, such as `main`: no pattern, no `refs/heads/`.');
  }
  return { kind: 'branch', branch: branch ?? defaultBranch };
}

function readConfirm(at: YamlPlace): ConfirmRule {
  const member = at.members(['deletions', 'kinds']);
  return {
    deletions: orDefault(member('deletions'), (deletions) => deletions.count(), defaultConfirm.deletions),
    kinds: member('kinds').items()?.map(readKind) ?? defaultConfirm.kinds,
  };
}

interface Placed {
  readonly at: YamlPlace;
  readonly environment: Environment;
}

/** `after` names other environments, and nobody waits for himself. */
function checkOrder(placed: readonly Placed[]): void {
  const after = new Map(placed.map(({ environment }) => [environment.name, environment.after]));
  const waiting = circles(after);
  for (const { at, environment } of placed) {
    const place = at.at('after');
    const seen = new Set<string>();
    for (const name of environment.after) {
      if (!after.has(name)) place.complain(`There is no environment \`${name}\` in this file.`);
      else if (seen.has(name)) place.complain(`\`${name}\` is there twice.`);
      seen.add(name);
    }
    if (waiting.has(environment.name)) {
      place.complain('This environment would wait for itself: break the circle of `after`.');
    }
  }
}

/** Two environments of the same manifests in the same place would fight over every object. */
function checkPlaces(placed: readonly Placed[]): void {
  const first = new Map<string, string>();
  for (const { at, environment } of placed) {
    const { cluster, namespace, path, name } = environment;
    if (cluster === '' || namespace === '') continue;
    const place = JSON.stringify([cluster, namespace, path]);
    const other = first.get(place);
    if (other === undefined) first.set(place, name);
    else at.complain(`This is the same path, cluster and namespace as \`${other}\`: an object belongs to one of them.`);
  }
}
