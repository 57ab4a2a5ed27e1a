import { identityKey, type ObjectReference } from '../../src/domain/manifest.ts';
import type { Happened } from './compare.ts';
import type { PlayedCase, PlayedEnvironment } from './play-case.ts';
import { todaysGroup } from './today.ts';

export interface CaseComparison {
  /** How many identities `case.json` names, and how many of them were equal. */
  readonly named: number;
  readonly equal: number;
  /** Of files that differ in words, not in what the API server makes of them. */
  readonly changesNothing: readonly string[];
  /** What could not be released here at all. */
  readonly leftOut: readonly string[];
  /** Of files that the corpus does not hold. */
  readonly missing: readonly string[];
  readonly mismatches: readonly string[];
}

type Fate = 'create' | 'update' | 'delete' | 'moved' | 'nothing';

/**
 * Holds what happened in the cluster against what `case.json` says that the pull request did. Of its identities an API
 * group of long ago is today's, and one that goes in one environment and comes in another is moved.
 */
export function compareCase({ played, environments }: PlayedCase): CaseComparison {
  const happened = fates(environments.flatMap(happenedIn));
  const leftOut = new Set(environments.flatMap(leftOutOf));
  const scopes = new Map(
    environments.flatMap(({ references, names, path }) =>
      references.map((one) => [written(one, names), { ...one, path }] as const),
    ),
  );
  const outside = new Set(
    [...scopes.values()].filter(({ namespace }) => namespace === null).map(({ group, kind }) => `${group}/${kind}`),
  );
  const { expected } = played;
  const said = fates(
    (['create', 'update', 'delete'] as const).flatMap((action) =>
      expected[action].map(
        (identity) =>
          [resolved(identity, { outside, known: [...happened.keys(), ...scopes.keys(), ...leftOut] }), action] as const,
      ),
    ),
  );
  const changesNothing: string[] = [];
  const skipped: string[] = [];
  const missing: string[] = [];
  const mismatches: string[] = [];
  for (const key of new Set([...said.keys(), ...happened.keys()])) {
    const [wanted, was] = [said.get(key) ?? 'nothing', happened.get(key) ?? 'nothing'];
    if (isEqual(wanted, was)) continue;
    if (leftOut.has(key)) skipped.push(`${wanted} ${key}`);
    else if (played.missing.length > 0 && !scopes.has(key)) missing.push(key);
    else if (was === 'nothing' && (wanted === 'update' || wanted === 'moved')) changesNothing.push(key);
    else mismatches.push(`${key}: case.json says ${wanted}, and what happened is ${was}`);
  }
  // What was said of files that are not there can be neither right nor wrong.
  const named = said.size - missing.length;
  const equal = [...said].filter(([key, fate]) => isEqual(fate, happened.get(key) ?? 'nothing')).length;
  return { named, equal, changesNothing, leftOut: skipped, missing, mismatches };
}

function isEqual(wanted: Fate, was: Fate): boolean {
  if (wanted === was) return true;
  return (wanted === 'moved' && was === 'update') || (was === 'moved' && (wanted === 'nothing' || wanted === 'update'));
}

function happenedIn(environment: PlayedEnvironment): readonly (readonly [string, Happened])[] {
  return environment.happened.flatMap(({ key, happened }) => {
    const name = writtenKey(key, environment);
    return happened === 'nothing' || name.endsWith('/stays/stays') ? [] : [[name, happened] as const];
  });
}

function leftOutOf(environment: PlayedEnvironment): readonly string[] {
  return environment.leftOut.map(({ key }) => writtenKey(key, environment));
}

function writtenKey(key: string, { names }: PlayedEnvironment): string {
  const [group = '', kind = '', namespace = '', name = ''] = key.split('/');
  return [todaysGroup(group, kind), kind, names.written(namespace), names.written(name)].join('/');
}

function written(reference: ObjectReference, names: PlayedEnvironment['names']): string {
  const { namespace, name } = reference;
  return identityKey({ ...reference, namespace: namespace && names.written(namespace), name: names.written(name) });
}

// `group/Kind/-/name`: in whatever namespace there is such an object; of what is outside of namespaces it is noise.
function resolved(
  identity: string,
  { outside, known }: { readonly outside: ReadonlySet<string>; readonly known: readonly string[] },
): string {
  const [old = '', kind = '', namespace = '', ...rest] = identity.split('/');
  const [group, name] = [todaysGroup(old, kind), rest.join('/')];
  const isOutside = outside.has(`${group}/${kind}`);
  if (isOutside) return `${group}/${kind}//${name}`;
  const exact = `${group}/${kind}/${namespace}/${name}`;
  if (namespace !== '-') return exact;
  return known.find((key) => key.startsWith(`${group}/${kind}/`) && key.endsWith(`/${name}`)) ?? exact;
}

function fates(all: readonly (readonly [string, Happened])[]): ReadonlyMap<string, Fate> {
  const found = new Map<string, Fate>();
  for (const [key, action] of all) {
    const one: Fate = action === 'replace' ? 'update' : action;
    const before = found.get(key);
    found.set(key, before === undefined || before === one ? one : 'moved');
  }
  return found;
}
