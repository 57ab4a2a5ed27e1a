import { canonicalSettings, type Environment } from '../../domain/environment.ts';
import { sameJson } from '../../domain/json.ts';
import { placeOf, type RenderResult } from '../../domain/rendering.ts';
import type { CommitId, RepositoryFacts } from '../../domain/repository.ts';
import type { FileReading, Git } from '../../ports/git.ts';
import type { Renderer } from '../../ports/renderer.ts';
import { renderCommit } from './render-commit.ts';
import { readSettingsFile, settingsIn } from './settings-at.ts';

/** One environment at two commits of the branch that it follows. */
export interface CommitRange {
  readonly facts: Pick<RepositoryFacts, 'repository' | 'defaultBranch'>;
  readonly environment: Environment;
  readonly since: CommitId;
  readonly commit: CommitId;
}

type RangePorts = { readonly git: Pick<Git, 'tree' | 'readFile'>; readonly renderer: Renderer };

/** Whether the later commit changes what an environment renders, or its settings: what a release of it is made of. */
export async function changesEnvironment(range: CommitRange, ports: RangePorts): Promise<boolean> {
  const { facts, environment, since, commit } = range;
  if (environment.follow.branch === facts.defaultBranch && (await changesSettings(range, ports))) return true;
  const of = { repository: facts.repository, ...placeOf(environment) };
  return rendersOtherwise(
    await renderCommit({ ...of, commit: since }, ports),
    await renderCommit({ ...of, commit }, ports),
  );
}

/**
 * Of commits on the default branch. Settings that cannot be read say nothing: whatever comes before or after them is a
 * change.
 */
export async function changesSettings(range: CommitRange, { git }: Pick<RangePorts, 'git'>): Promise<boolean> {
  const { repository, defaultBranch } = range.facts;
  const fileAt = async (commit: CommitId) => readSettingsFile(repository, await git.tree(repository, commit), git);
  const [before, after] = [await fileAt(range.since), await fileAt(range.commit)];
  if (sameJson(before, after)) return false;
  /** null: it is not there; undefined: nobody can tell. */
  const settingsOf = (file: FileReading): string | null | undefined => {
    const there = settingsIn(file, defaultBranch);
    if (there.kind === 'invalid') return undefined;
    const environments = there.kind === 'read' ? there.settings.environments : [];
    const found = environments.find(({ name }) => name === range.environment.name);
    return found === undefined ? null : canonicalSettings(found);
  };
  const earlier = settingsOf(before);
  return earlier === undefined || earlier !== settingsOf(after);
}

/** What could not be rendered is never the same. */
export function rendersOtherwise(earlier: RenderResult, later: RenderResult): boolean {
  if (earlier.kind === 'rendered' && later.kind === 'rendered') return earlier.rendering.id !== later.rendering.id;
  return earlier.kind !== later.kind || later.kind === 'refused';
}
