import type { RenderingSource, RenderResult } from '../../domain/rendering.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { Git } from '../../ports/git.ts';
import type { Renderer } from '../../ports/renderer.ts';

/** What a path of a commit renders to. */
export async function renderCommit(
  of: Omit<RenderingSource, 'tree'> & { readonly commit: CommitId },
  { git, renderer }: { readonly git: Pick<Git, 'tree'>; readonly renderer: Renderer },
): Promise<RenderResult> {
  const { repository, commit, path, chart } = of;
  return await renderer.render({ repository, tree: await git.tree(repository, commit), path, chart });
}
