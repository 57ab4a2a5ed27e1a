import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git } from './run.ts';

/** Makes an empty bare repository that may be fetched and pushed over HTTP. */
export async function initRepository(directory: string, defaultBranch: string): Promise<void> {
  // What `git init --bare` makes, without a process.
  const folders = ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'];
  await Promise.all(folders.map((folder) => mkdir(path.join(directory, folder), { recursive: true })));
  await writeFile(path.join(directory, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
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
