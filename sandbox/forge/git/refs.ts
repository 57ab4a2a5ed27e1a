import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { git, gitResult } from './run.ts';

export const zeroSha = '0'.repeat(40);

/** Branches and tags by full name. */
export async function readRefs(directory: string): Promise<ReadonlyMap<string, string>> {
  const lines = await git(directory, ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags']);
  const refs = new Map<string, string>();
  for (const line of lines.split('\n')) {
    const [name, sha] = line.split(' ');
    if (name !== undefined && sha !== undefined) refs.set(name, sha);
  }
  return refs;
}

/** The object a full ref, or any expression of git's, points at; undefined where there is none. */
export async function readRef(directory: string, ref: string): Promise<string | undefined> {
  const loose = await readLooseRef(directory, ref);
  if (loose !== undefined) return loose;
  const { code, stdout } = await gitResult(directory, ['rev-parse', '--verify', '--quiet', '--end-of-options', ref], {
    expected: [1, 128],
  });
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

// Nearly every ref is a file of its own, and reading it is much cheaper than a process.
async function readLooseRef(directory: string, ref: string): Promise<string | undefined> {
  if (!/^refs\/[\w/.+@-]+$/.test(ref) || ref.includes('..')) return undefined;
  const text = await readFile(path.join(directory, ref), 'utf8').catch(() => '');
  return /^[0-9a-f]{40}\n$/.test(text) ? text.trim() : undefined;
}

/** A branch's tip. */
export function readBranch(directory: string, branch: string): Promise<string | undefined> {
  return readRef(directory, `refs/heads/${branch}`);
}

/** The commit that a branch, a tag, a ref without `refs/` or a commit id names, as the REST API resolves `ref`. */
export async function resolveCommit(directory: string, name: string): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/.test(name)) return readRef(directory, `${name}^{commit}`);
  const branch = await readLooseRef(directory, `refs/heads/${name}`);
  if (branch !== undefined) return branch;
  for (const candidate of [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name]) {
    const sha = await readRef(directory, `${candidate}^{commit}`);
    if (sha !== undefined) return sha;
  }
  return undefined;
}

/** Moves a ref if it still is where it was; `zeroSha` as `after` deletes it. */
export async function moveRef(directory: string, ref: string, after: string, before: string): Promise<void> {
  if (after === zeroSha) await git(directory, ['update-ref', '-d', ref, before]);
  else await git(directory, ['update-ref', ref, after, before]);
}

export async function isAncestor(directory: string, ancestor: string, descendant: string): Promise<boolean> {
  const result = await gitResult(directory, ['merge-base', '--is-ancestor', ancestor, descendant], { expected: [1] });
  return result.code === 0;
}

export async function mergeBase(directory: string, left: string, right: string): Promise<string | undefined> {
  const result = await gitResult(directory, ['merge-base', left, right], { expected: [1] });
  return result.code === 0 ? result.stdout.toString('utf8').trim() : undefined;
}
