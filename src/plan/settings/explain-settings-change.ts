import type { Allowance } from '../../domain/allowance.ts';
import { type Environment, type Settings, valuesFiles } from '../../domain/environment.ts';
import { canonicalJson, type Json } from '../../domain/json.ts';
import type {
  PlacedEnvironment,
  ProposedEnvironment,
  SettingDifference,
  SettingsChange,
} from '../../domain/settings-change.ts';

/** What a pull request would do to the settings, environment by environment; empty: nothing. */
export function explainSettingsChange(change: {
  readonly before: Settings;
  readonly after: readonly PlacedEnvironment[];
  readonly allowanceOf: (environment: Environment) => Allowance;
  /** Of the paths and files of values that are new: those that the merge result does not have. */
  readonly missing: ReadonlySet<string>;
}): readonly SettingsChange[] {
  const before = new Map(change.before.environments.map((environment) => [environment.name, environment]));
  const after = new Set(change.after.map(({ environment }) => environment.name));
  const proposed = ({ environment, at, valuesLines }: PlacedEnvironment): ProposedEnvironment => {
    const allowance = change.allowanceOf(environment);
    const earlier = before.get(environment.name);
    const known = new Set(earlier === undefined ? [] : [earlier.path, ...valuesFiles(earlier)]);
    const isMissing = (file: string): boolean => change.missing.has(file) && !known.has(file);
    const values = valuesFiles(environment)
      .map((file, index) => ({ file, line: valuesLines[index] ?? at.line }))
      .filter(({ file }) => isMissing(file));
    return {
      environment,
      at,
      allowance: allowance.kind === 'allowed' ? { kind: 'allowed' } : { kind: 'denied', reason: allowance.reason },
      pathMissing: isMissing(environment.path),
      ...(values.length === 0 ? {} : { valuesMissing: values }),
    };
  };
  const addedOrChanged = change.after.flatMap((placed): readonly SettingsChange[] => {
    const { environment } = placed;
    const earlier = before.get(environment.name);
    if (earlier === undefined) return [{ kind: 'adds', proposal: proposed(placed) }];
    const differences = differencesBetween(earlier, environment);
    return differences.length === 0 ? [] : [{ kind: 'changes', proposal: proposed(placed), differences }];
  });
  const removed = change.before.environments
    .filter(({ name }) => !after.has(name))
    .map(({ name, cluster }): SettingsChange => ({ kind: 'removes', environment: name, cluster }));
  return [...addedOrChanged, ...removed];
}

function differencesBetween(before: Environment, after: Environment): readonly SettingDifference[] {
  return Object.values(written).flatMap((settingsOf) => {
    const [earlier, later] = [settingsOf(before), settingsOf(after)];
    return Object.keys(later)
      .filter((setting) => earlier[setting] !== later[setting])
      .map((setting) => ({ setting, before: earlier[setting] ?? '', after: later[setting] ?? '' }));
  });
}

type Written = (environment: Environment) => Readonly<Record<string, string>>;

/** Each setting under the name a person wrote it with; an environment has none that is not here. */
const written: Readonly<Record<keyof Environment, Written>> = {
  // Another name is another environment.
  name: () => ({}),
  cluster: ({ cluster }) => ({ cluster }),
  path: ({ path }) => ({ path: path === '' ? '.' : path }),
  namespace: ({ namespace }) => ({ namespace }),
  follow: ({ follow }) => ({ follow: follow.branch }),
  mode: ({ mode }) => ({ mode }),
  after: ({ after }) => ({ after: list(after) }),
  prune: ({ prune }) => ({ prune: String(prune) }),
  confirm: ({ confirm }) => ({
    'confirm.deletions': String(confirm.deletions),
    'confirm.kinds': list(confirm.kinds),
  }),
  conflicts: ({ conflicts }) => ({ conflicts }),
  foreign: ({ foreign }) => ({ foreign }),
  adopt: ({ adopt }) => ({ adopt: list(adopt) }),
  helm: ({ helm }) => ({
    'helm.release': helm.release ?? 'the environment’s name',
    'helm.values': list(helm.values),
  }),
  healthTimeoutMs: ({ healthTimeoutMs }) => ({ 'health.timeout': duration(healthTimeoutMs) }),
  settleMs: ({ settleMs }) => ({ settle: duration(settleMs) }),
  // Where a rule stands in the file is no difference.
  ignore: ({ ignore }) => ({
    ignore: list(ignore.map(({ line: _, ...rule }) => canonicalJson(rule satisfies Json))),
  }),
};

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(' + ');
}

function duration(ms: number): string {
  if (ms % 3_600_000 === 0 && ms > 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}m`;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
