import { allowanceFor, type ClusterEntry, isRuleOf } from '../../domain/allowance.ts';
import { type Settings, valuesFiles } from '../../domain/environment.ts';
import { nearestName } from '../../domain/nearest-name.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import { chartFile, type Problem } from '../../domain/rendering.ts';
import type { CommitId, Repository, RepositoryFacts, TreeId } from '../../domain/repository.ts';
import type { SettingsChange } from '../../domain/settings-change.ts';
import { explainSettingsChange } from '../../plan/settings/explain-settings-change.ts';
import type { NamedCluster } from '../../plan/settings/parse-settings.ts';
import type { Git } from '../../ports/git.ts';
import type { Trees } from '../../ports/trees.ts';
import { kept } from '../many/reading-once.ts';
import type { SettingsReading } from '../repository/read-settings.ts';
import { type SettingsAt, settingsAt } from '../repository/settings-at.ts';

export interface InspectSettingsPorts {
  readonly git: Pick<Git, 'tree' | 'readFile'> & Pick<Trees, 'entries'>;
  readonly clusters: readonly ClusterEntry[];
}

export interface SettingsQuestion {
  readonly pull: Pick<PullRequest, 'repository' | 'state' | 'base'>;
  readonly facts: RepositoryFacts;
  /** What counts: the settings of the default branch. */
  readonly reading: Exclude<SettingsReading, { readonly kind: 'gone' }>;
  readonly base: CommitId;
  /** The tree that the merge makes; null: it makes none. */
  readonly merged: TreeId | null;
}

export interface SettingsFinding {
  readonly touched: boolean;
  readonly changes: readonly SettingsChange[];
  readonly problems: readonly Problem[];
}

/**
 * Settings count only on the default branch; a pull request that changes them there is checked and explained, never
 * obeyed.
 */
export async function inspectSettings(asked: SettingsQuestion, ports: InspectSettingsPorts): Promise<SettingsFinding> {
  const { pull, facts, reading, merged } = asked;
  const standing = reading.kind === 'invalid' ? reading.problems : [];
  const untouched: SettingsFinding = { touched: false, changes: [], problems: standing };
  const touched = (changes: readonly SettingsChange[]): SettingsFinding => {
    // What is wrong today goes with the merge; what is wrong after it, the merge did not mend.
    return { touched: true, changes, problems: pull.state === 'merged' ? standing : [] };
  };
  if (merged === null || pull.base.ref !== facts.defaultBranch) return untouched;
  const proposed = await settingsAt(facts, merged, ports.git);
  const current = await currentSettings(asked, ports);
  if (proposed.kind === 'absent') {
    return current.kind === 'absent' ? untouched : touched([{ kind: 'removes-all' }]);
  }
  if (proposed.kind === 'invalid') {
    const problems = [...proposed.problems, ...unknownClusters(proposed.clusters, pull.repository, ports.clusters)];
    return { touched: true, changes: [], problems };
  }
  if (current.kind === 'read' && proposed.text === current.text) return untouched;
  const before: Settings = current.kind === 'read' ? current.settings : { environments: [] };
  const changes = explainSettingsChange({
    before,
    after: proposed.placed,
    allowanceOf: (environment) =>
      allowanceFor(ports.clusters, {
        repository: pull.repository,
        environment,
        defaultBranch: facts.defaultBranch,
      }),
    missing: await missingFiles(before, proposed.settings, { pull, merged }, ports),
  });
  return touched(changes);
}

/** Settings that are read show what the operator would deny; in others it would be said only once the rest is mended. */
function unknownClusters(
  named: readonly NamedCluster[],
  repository: Repository,
  clusters: readonly ClusterEntry[],
): readonly Problem[] {
  const known = new Set(clusters.map(({ name }) => name));
  // The names of clusters that others use are not this repository's to know.
  const own = clusters.filter(({ allow }) => allow.some((rule) => isRuleOf(rule, repository))).map(({ name }) => name);
  return named
    .filter(({ name }) => !known.has(name))
    .map(({ name, file, line, path }) => {
      const nearest = nearestName(name, own);
      const meant = nearest === null ? '' : ` Did you mean \`${nearest}\`?`;
      return { file, line, path, message: `The operator names no cluster \`${name}\`.${meant}` };
    });
}

/** What the pull request changes: once it is merged the default branch holds the change already, and its base does not. */
async function currentSettings(
  { pull, facts, reading, base }: SettingsQuestion,
  { git }: InspectSettingsPorts,
): Promise<SettingsQuestion['reading'] | SettingsAt> {
  return pull.state === 'merged' ? settingsAt(facts, await git.tree(pull.repository, base), git) : reading;
}

/** Paths, and files of values of a chart. Of an environment that follows another branch this tree does not tell. */
async function missingFiles(
  before: Settings,
  after: Settings,
  at: { readonly pull: SettingsQuestion['pull']; readonly merged: TreeId },
  { git }: InspectSettingsPorts,
): Promise<ReadonlySet<string>> {
  const { repository, base } = at.pull;
  const known = new Set(before.environments.flatMap((one) => [one.path, ...valuesFiles(one)]));
  // A thousand environments may have one path.
  const filesAt = kept(async (of, path: string) => {
    const entries = await git.entries(of, at.merged, path);
    return entries === null ? null : new Set(entries.map((entry) => entry.path));
  }).read;
  const missing = new Set<string>();
  for (const environment of after.environments.filter(({ follow }) => follow.branch === base.ref)) {
    const { path } = environment;
    const values = valuesFiles(environment).filter((file) => !known.has(file));
    if (values.length === 0 && (path === '' || known.has(path))) continue;
    const files = await filesAt(repository, path);
    if (files === null) {
      missing.add(path);
      continue;
    }
    // Without a chart they change nothing, and its plan says so.
    if (!files.has(path === '' ? chartFile : `${path}/${chartFile}`)) continue;
    for (const file of values) if (!files.has(file)) missing.add(file);
  }
  return missing;
}
