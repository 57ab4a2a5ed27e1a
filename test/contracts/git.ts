import { expect, it } from 'vitest';
import type { Repository } from '../../src/domain/repository.ts';
import type { Git } from '../../src/ports/git.ts';
import type { Trees } from '../../src/ports/trees.ts';

/** A repository to ask about, and somebody who pushes to it. */
export interface GitWorld {
  readonly git: Git & Trees;
  readonly repository: Repository;
  /** Commits onto a branch; a new branch begins with the files of `from`. null removes a file. */
  readonly push: (branch: string, files: Readonly<Record<string, string | null>>, from?: string) => string;
}

/** What every Git keeps, the fake one of the jobs' tests too. */
export function keepsGitsContract(world: () => GitWorld): void {
  const unknown = 'f'.repeat(40);

  it('knows the tip of a branch as it is now, and null for none', async () => {
    const { git, repository, push } = world();
    const first = push('tips', { a: '1' });
    expect(await git.tip(repository, 'tips')).toBe(first);
    const second = push('tips', { a: '2' });
    expect(await git.tip(repository, 'tips')).toBe(second);
    expect(await git.tip(repository, 'no-such-branch')).toBeNull();
  });

  it('fetches a commit by its id, and says null where there is none', async () => {
    const { git, repository, push } = world();
    const commit = push('fetched', { a: '1' });
    expect(await git.fetchCommit(repository, commit)).toBe(commit);
    expect(await git.fetchCommit(repository, unknown)).toBeNull();
  });

  it('reads files of a tree, and says null where there is none', async () => {
    const { git, repository, push } = world();
    const commit = push('files', { 'a/b.txt': 'one\ntwo\n' });
    await git.fetchCommit(repository, commit);
    const tree = await git.tree(repository, commit);
    expect(await git.readFile(repository, tree, 'a/b.txt')).toEqual({ kind: 'file', text: 'one\ntwo\n' });
    expect(await git.readFile(repository, tree, 'a/c.txt')).toEqual({ kind: 'absent' });
    expect(await git.readFile(repository, tree, 'a')).toEqual({ kind: 'refused', why: 'is a folder, not a file' });
  });

  it('has one tree for the same files', async () => {
    const { git, repository, push } = world();
    const first = push('trees', { a: '1' });
    push('trees', { a: '2' });
    const third = push('trees', { a: '1' });
    await git.tip(repository, 'trees');
    expect(await git.tree(repository, third)).toBe(await git.tree(repository, first));
  });

  it('knows the parents of a commit', async () => {
    const { git, repository, push } = world();
    const first = push('parents', { a: '1' });
    const second = push('parents', { a: '2' });
    await git.tip(repository, 'parents');
    expect(await git.parents(repository, first)).toEqual([]);
    expect(await git.parents(repository, second)).toEqual([first]);
  });

  it('merges head into base, and names the files that conflict', async () => {
    const { git, repository, push } = world();
    push('base', { a: '1', b: '1' });
    const clean = push('clean', { b: '2' }, 'base');
    const other = push('other', { a: '3' }, 'base');
    const base = push('base', { a: '2' });
    await git.tip(repository, 'base');
    for (const head of [clean, other]) await git.fetchCommit(repository, head);
    const merged = await git.merge(repository, base, clean);
    expect(merged.kind).toBe('merged');
    const tree = merged.kind === 'merged' ? merged.tree : '';
    for (const path of ['a', 'b']) {
      expect(await git.readFile(repository, tree, path)).toEqual({ kind: 'file', text: '2' });
    }
    expect(await git.merge(repository, base, other)).toEqual({ kind: 'conflict', files: ['a'] });
  });

  it('knows history, newest first, and who descends from whom', async () => {
    const { git, repository, push } = world();
    const commits = ['1', '2', '3'].map((a) => push('history', { a }));
    await git.tip(repository, 'history');
    const [first = '', second = '', third = ''] = commits;
    expect(await git.history(repository, third, 2)).toEqual([third, second]);
    expect(await git.history(repository, third, 10)).toEqual([third, second, first]);
    expect(await git.isAncestor(repository, first, third)).toBe(true);
    expect(await git.isAncestor(repository, third, third)).toBe(true);
    expect(await git.isAncestor(repository, third, first)).toBe(false);
  });
}
