import { canonicalJson, parseJson } from './json.ts';

/** A named place to deploy to, as the settings on the default branch declare it, defaults filled in. */
export interface Environment {
  /** Lower-case letters, digits and hyphens, at most 40: it is part of the ledger's name. */
  readonly name: string;
  /** A name from the operator's file. */
  readonly cluster: string;
  /** Relative to the repository's root, without leading or trailing slash. */
  readonly path: string;
  /** For manifests that name none. */
  readonly namespace: string;
  readonly follow: Follow;
  readonly mode: 'release' | 'manual' | 'observe';
  /** Converge only once these converged on the same commit, or hold the same rendering. */
  readonly after: readonly string[];
  readonly prune: boolean;
  readonly confirm: ConfirmRule;
  /** About claims only: fields that another manager holds and that we never released. */
  readonly conflicts: 'take' | 'leave' | 'block';
  /** About fields that others set and Git does not mention: said, said and nothing released, or taken away. */
  readonly foreign: 'report' | 'block' | 'remove';
  /** Field managers, besides the written list of predecessors, whose fields Git takes over with the object. */
  readonly adopt: readonly string[];
  /** How a chart is rendered, where the path holds one. */
  readonly helm: HelmSettings;
  readonly healthTimeoutMs: number;
  /** Converged means healthy and without difference for this long. */
  readonly settleMs: number;
  readonly ignore: readonly IgnoreRule[];
}

export type Follow = { readonly kind: 'branch'; readonly branch: string };

/** A plan that does more than this needs `/confirm` by a second person. */
export interface ConfirmRule {
  /** More objects deleted or replaced than this. */
  readonly deletions: number;
  /** Any of these kinds deleted or replaced. */
  readonly kinds: readonly string[];
}

export interface HelmSettings {
  /** The release's name; null: the environment's. */
  readonly release: string | null;
  /** Files of values, relative to the environment's path and inside the repository; later ones win. */
  readonly values: readonly string[];
}

/** The files of values from the repository's root, in their order. */
export function valuesFiles({ path, helm }: Pick<Environment, 'path' | 'helm'>): readonly string[] {
  return helm.values.map((file) => (path === '' ? file : `${path}/${file}`));
}

/** Fields others own; shown as hidden, never silently. By path, by manager, or by both. */
export interface IgnoreRule {
  /** null: every kind. */
  readonly kind: string | null;
  /** null: every name. */
  readonly name: string | null;
  /**
   * A JSON pointer (RFC 6901) that knows two patterns: `*` for every member or item, and `[name=web]` for the item of a list
   * with that member. null: every path.
   */
  readonly path: string | null;
  /** The field manager that holds it; null: whoever does. */
  readonly manager: string | null;
  /** Where the settings say so: line of `.github/fairlead.yml`. */
  readonly line: number | null;
}

/** The settings of a repository: `.github/fairlead.yml` at the tip of its default branch. */
export interface Settings {
  readonly environments: readonly Environment[];
}

/** What a ledger keeps to know whether the settings changed: a change of settings alone is a release, too. */
export function canonicalSettings(environment: Environment): string {
  // Where a rule stands in the file is no setting: a line added above it changes nothing.
  const ignore = environment.ignore.map(({ line: _, ...rule }) => rule);
  return canonicalJson(parseJson(JSON.stringify({ ...environment, ignore })));
}
