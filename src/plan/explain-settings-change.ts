import type { Allowance } from '../domain/allowance.ts';
import type { Environment, Settings } from '../domain/environment.ts';
import { canonicalJson, type Json } from '../domain/json.ts';

/**
 * What a pull request would do to the settings, one sentence for each environment; empty: nothing. Until it is merged
 * none of it holds.
 */
export function explainSettingsChange(change: {
  readonly before: Settings;
  readonly after: Settings;
  readonly judge: (environment: Environment) => Allowance;
}): readonly string[] {
  const before = new Map(change.before.environments.map((environment) => [environment.name, environment]));
  const after = new Set(change.after.environments.map(({ name }) => name));
  const judged = (environment: Environment): string => {
    const allowance = change.judge(environment);
    return `allowed by the operator: ${allowance.kind === 'allowed' ? 'yes' : `no (${allowance.reason})`}`;
  };
  const addedOrChanged = change.after.environments.flatMap((environment) => {
    const { name, cluster, namespace, path } = environment;
    const earlier = before.get(name);
    if (earlier === undefined) {
      const place = `cluster ${cluster}, namespace ${namespace}, from ${path === '' ? 'the whole repository' : path}`;
      return [`adds ${name} on ${place}; not planned until merged; ${judged(environment)}`];
    }
    const differences = differencesBetween(earlier, environment);
    return differences.length === 0
      ? []
      : [`changes ${name}: ${differences.join(', ')}; not in effect until merged; ${judged(environment)}`];
  });
  const removed = change.before.environments
    .filter(({ name }) => !after.has(name))
    .map(
      ({ name, cluster }) => `removes ${name}: what it released stays in cluster ${cluster}, and nobody looks after it`,
    );
  return [...addedOrChanged, ...removed];
}

function differencesBetween(before: Environment, after: Environment): readonly string[] {
  const [earlier, later] = [describe(before), describe(after)];
  return Object.keys(later)
    .filter((setting) => earlier[setting] !== later[setting])
    .map((setting) => `${setting} ${earlier[setting] ?? ''} → ${later[setting] ?? ''}`);
}

/** Each setting under the name a person wrote it with. */
function describe(environment: Environment): Readonly<Record<string, string>> {
  const { follow, confirm, healthTimeoutMs, settleMs, ignore } = environment;
  return {
    cluster: environment.cluster,
    path: environment.path === '' ? '.' : environment.path,
    namespace: environment.namespace,
    follow: follow.branch,
    mode: environment.mode,
    after: list(environment.after),
    prune: String(environment.prune),
    'confirm.deletions': String(confirm.deletions),
    'confirm.kinds': list(confirm.kinds),
    conflicts: environment.conflicts,
    'health.timeout': duration(healthTimeoutMs),
    settle: duration(settleMs),
    // Where a rule stands in the file is no difference.
    ignore: list(ignore.map(({ kind, name, path }) => canonicalJson({ kind, name, path } satisfies Json))),
  };
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(' + ');
}

function duration(ms: number): string {
  if (ms % 3_600_000 === 0 && ms > 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}m`;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
