import { placeOf, type RenderResult } from '../../domain/rendering.ts';
import type { CommitId } from '../../domain/repository.ts';
import { changesSettings, rendersOtherwise } from '../repository/changes-environment.ts';
import { historyLimit } from '../repository/history-limit.ts';
import { renderCommit } from '../repository/render-commit.ts';
import type { DesirePorts, Wish } from './wish.ts';

export interface RenderedWish {
  readonly result: RenderResult;
  /** Whether the commit (or the push that brought it) changed what the environment renders, or its settings. */
  readonly changed: boolean;
  /** First-parent history from the commit, newest first. */
  readonly history: readonly CommitId[];
}

type RenderWishPorts = Pick<DesirePorts, 'git' | 'renderer'>;

/** What the commit of a wish renders, and whether that is news. */
export async function renderWish(wish: Wish, ports: RenderWishPorts): Promise<RenderedWish> {
  const { environment, commit, reading } = wish;
  const { repository } = reading.facts;
  const history = await ports.git.history(repository, commit, historyLimit);
  const result = await renderCommit({ repository, commit, ...placeOf(environment) }, ports);
  return { history, result, changed: await isChanged(wish, result, history[1] ?? null, ports) };
}

async function isChanged(
  wish: Wish,
  result: RenderResult,
  parent: CommitId | null,
  ports: RenderWishPorts,
): Promise<boolean> {
  const { facts } = wish.reading;
  const { before, commit, environment } = wish;
  const since = before !== null && (await isEarlier(wish, before, ports)) ? before : parent;
  if (since === null) return true;
  if (environment.follow.branch === facts.defaultBranch && wish.reading.commit === commit) {
    if (await changesSettings({ facts, environment, since, commit }, ports)) return true;
  }
  const { repository } = facts;
  return rendersOtherwise(await renderCommit({ repository, commit: since, ...placeOf(environment) }, ports), result);
}

async function isEarlier(wish: Wish, before: CommitId, ports: RenderWishPorts): Promise<boolean> {
  const { repository } = wish.reading.facts;
  if (before === wish.commit || (await ports.git.fetchCommit(repository, before)) === null) return false;
  return ports.git.isAncestor(repository, before, wish.commit);
}
