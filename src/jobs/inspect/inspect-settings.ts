import { allowanceFor, type ClusterEntry } from '../../domain/allowance.ts';
import type { Environment, Settings } from '../../domain/environment.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { Problem } from '../../domain/rendering.ts';
import type { CommitId, RepositoryFacts, TreeId } from '../../domain/repository.ts';
import type { SettingsChange } from '../../domain/settings-change.ts';
import { explainSettingsChange } from '../../plan/settings/explain-settings-change.ts';
import { parseSettings } from '../../plan/settings/parse-settings.ts';
import type { Git } from '../../ports/git.ts';
import type { Trees } from '../../ports/trees.ts';
import { type SettingsReading, settingsFile } from '../repository/read-settings.ts';

export interface InspectSettingsPorts {
  readonly git: Pick<Git, 'tree' | 'readFile'> & Pick<Trees, 'entries'>;
  readonly clusters: readonly ClusterEntry[];
}

export interface SettingsQuestion {
  readonly pull: PullRequest;
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
  if (merged === null || pull.base.ref !== facts.defaultBranch) return untouched;
  const proposed = await ports.git.readFile(pull.repository, merged, settingsFile);
  const current = await currentSettings(asked, ports);
  if (proposed === null) {
    const isThere = current.text !== null || (reading.kind === 'invalid' && pull.state !== 'merged');
    return isThere ? { touched: true, changes: [{ kind: 'removes-all' }], problems: [] } : untouched;
  }
  if (proposed === current.text) return { ...untouched, problems: [] };
  const parsed = parseSettings(proposed, settingsFile, facts.defaultBranch);
  if (parsed.kind === 'problems') return { touched: true, changes: [], problems: parsed.problems };
  const changes = explainSettingsChange({
    before: current.settings,
    after: parsed.placed,
    allowanceOf: (environment) =>
      allowanceFor(ports.clusters, {
        repository: pull.repository,
        environment,
        defaultBranch: facts.defaultBranch,
      }),
    missingPaths: await missingPaths(current.settings, parsed.settings, { pull, merged }, ports),
  });
  return { touched: true, changes, problems: [] };
}

interface CurrentSettings {
  /** null: there is none that could be read. */
  readonly text: string | null;
  readonly settings: Settings;
}

/** What the pull request changes: once it is merged the default branch holds the change already, and its base does not. */
async function currentSettings(asked: SettingsQuestion, { git }: InspectSettingsPorts): Promise<CurrentSettings> {
  const { pull, facts, reading, base } = asked;
  const none: CurrentSettings = { text: null, settings: { environments: [] } };
  if (pull.state !== 'merged') return reading.kind === 'read' ? reading : none;
  const text = await git.readFile(pull.repository, await git.tree(pull.repository, base), settingsFile);
  const parsed = text === null ? null : parseSettings(text, settingsFile, facts.defaultBranch);
  return parsed?.kind === 'settings' ? { text, settings: parsed.settings } : none;
}

/** Of an environment that follows another branch this tree does not tell. */
async function missingPaths(
  before: Settings,
  after: Settings,
  at: { readonly pull: PullRequest; readonly merged: TreeId },
  { git }: InspectSettingsPorts,
): Promise<ReadonlySet<string>> {
  const { repository, base } = at.pull;
  const known = new Set(before.environments.map(({ path }) => path));
  const isNew = ({ path, follow }: Environment): boolean =>
    path !== '' && !known.has(path) && follow.branch === base.ref;
  const missing = new Set<string>();
  for (const { path } of after.environments.filter(isNew)) {
    if ((await git.entries(repository, at.merged, path)) === null) missing.add(path);
  }
  return missing;
}
