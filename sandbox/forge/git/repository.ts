import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git } from './run.ts';

/** Makes an empty bare repository that may be fetched and pushed over HTTP. */
export async function initRepository(directory: string, defaultBranch: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await git(directory, ['init', '--quiet', '--bare', '--initial-branch', defaultBranch]);
  await writeFile(path.join(directory, 'config'), configuration);
}

/** Makes a fork: own refs, shared objects, like GitHub's networks of repositories. */
export async function forkRepository(source: string, directory: string, defaultBranch: string): Promise<void> {
  await initRepository(directory, defaultBranch);
  await writeFile(path.join(directory, 'objects/info/alternates'), `${path.join(source, 'objects')}\n`);
  const refs = await git(source, [
    'for-each-ref',
    '--format=create %(refname) %(objectname)',
    'refs/heads',
    'refs/tags',
  ]);
  await git(directory, ['update-ref', '--stdin'], { input: `${refs}\n` });
}

/** Moves a fork's commit into the repository of the pull request. */
export async function fetchCommit(from: string, to: string, sha: string, ref: string): Promise<void> {
  await git(to, ['fetch', '--quiet', '--no-tags', from, `+${sha}:${ref}`]);
}

/** A whole repository in one copy, for a sample that many tests start from. */
export async function copyRepository(source: string, directory: string): Promise<void> {
  await cp(source, directory, { recursive: true });
}

// refs/pull belongs to the forge; every commit may be fetched by its id; no maintenance behind a test's back.
const configuration = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[http]
\treceivepack = true
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
[receive]
\thideRefs = refs/pull
\tautogc = false
[gc]
\tauto = 0
`;
