import type { RenderResult } from '../../domain/rendering.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { Git } from '../../ports/git.ts';
import type { Renderer } from '../../ports/renderer.ts';

/** What a path of a commit renders to. */
export async function renderCommit(
  of: { readonly repository: Repository; readonly commit: CommitId; readonly path: string },
  { git, renderer }: { readonly git: Pick<Git, 'tree'>; readonly renderer: Renderer },
): Promise<RenderResult> {
  const { repository, commit, path } = of;
  return await renderer.render({ repository, tree: await git.tree(repository, commit), path });
}
