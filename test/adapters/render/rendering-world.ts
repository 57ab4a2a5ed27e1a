import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createGit } from '../../../src/adapters/git/create-git.ts';
import { createRenderer, type RendererOptions } from '../../../src/adapters/render/create-renderer.ts';
import type { FoundProgram } from '../../../src/adapters/render/jail/find-jailed-program.ts';
import type { ChartOptions, Rendering, RenderResult } from '../../../src/domain/rendering.ts';
import type { Logger } from '../../../src/ports/logger.ts';
import { acmeShop as repository } from '../../acme-shop.ts';
import { madeInMemory } from '../../fakes/made-renderings.ts';
import { type GitServer, startGitServer } from '../git/git-server.ts';

/** Files in a real repository, rendered as Fairlead renders them. */
export interface RenderingWorld {
  readonly server: GitServer;
  /** Renders `folder` of a tree that holds these files and nothing else. */
  render(files: Readonly<Record<string, string | Uint8Array>>, folder?: string): Promise<RenderResult>;
  /** A tree that holds these files and nothing else. */
  tree(files: Readonly<Record<string, string | Uint8Array>>): string;
  renderTree(tree: string, folder: string, chart?: ChartOptions): Promise<RenderResult>;
  /** What stays behind in the folder for temporary files. */
  leftBehind(): readonly string[];
  close(): Promise<void>;
}

export async function startRenderingWorld(
  kustomize: FoundProgram | null,
  charts: Pick<RendererOptions, 'helm' | 'facts'> = { helm: null, facts: () => Promise.resolve(null) },
): Promise<RenderingWorld> {
  const server = await startGitServer();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-render-'));
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'fairlead-render-temporary-'));
  const quiet = (): void => undefined;
  const log: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
  const environment = { PATH: process.env['PATH'] ?? '' };
  const git = createGit({ folder, environment, credentials: async () => server, log });
  const renderer = createRenderer({ made: madeInMemory(), trees: git, kustomize, temporary, ...charts });
  let commits = 0;

  const fetched = new Set<string>();
  const fetch = async (tree: string): Promise<void> => {
    if (fetched.has(tree)) return;
    fetched.add(tree);
    const commit = server.git('commit-tree', tree, '-m', 'tree');
    server.git('update-ref', 'refs/heads/tree', commit);
    await git.fetchCommit(repository, commit);
  };
  const makeTree = (files: Readonly<Record<string, string | Uint8Array>>): string => {
    commits += 1;
    const commit = server.commit({ branch: `files-${commits}`, from: 'nothing', files });
    return server.git('rev-parse', `${commit}^{tree}`);
  };
  const renderTree = async (tree: string, at: string, chart: ChartOptions | null = null): Promise<RenderResult> => {
    await fetch(tree);
    return renderer.render({ repository, tree, path: at, chart });
  };
  return {
    server,
    tree: makeTree,
    renderTree,
    render: (files, at = 'deploy') => renderTree(makeTree(files), at),
    leftBehind: () => readdirSync(temporary),
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

export function rendered(result: RenderResult): Rendering {
  if (result.kind !== 'rendered') throw new Error(JSON.stringify(result));
  return result.rendering;
}

/** File, line and path of each problem. */
export function problems(result: RenderResult): readonly (readonly [string | null, number | null, string | null])[] {
  return result.kind === 'refused' ? result.problems.map(({ file, line, path: at }) => [file, line, at] as const) : [];
}
