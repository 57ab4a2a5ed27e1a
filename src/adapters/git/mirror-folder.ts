import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { lastLines } from './git-complaints.ts';
import { type GitAnswer, type GitCommand, gitFailure, runGit } from './git-process.ts';

/** A mirror's folder, and what every command there is told. */
export type MirrorCommand = Pick<GitCommand, 'subject' | 'gitDir' | 'environment' | 'stop'>;

/** Where fetched commits and branches are kept from being collected, out of the way of the forge's own names. */
export const refs = { commits: 'refs/fairlead/commits', branches: 'refs/fairlead/branches' };

/** Makes the bare repository where there is none. Several may try at once. */
export async function ensureMirror(mirror: MirrorCommand): Promise<'there' | 'made'> {
  if (await isMirror(mirror.gitDir)) return 'there';
  const fresh = { ...mirror, gitDir: `${mirror.gitDir}${newMark}${randomUUID()}` };
  await mkdir(fresh.gitDir, { recursive: true, mode: 0o700 });
  const made = await runGit({ ...fresh, args: ['init', '--quiet', '--bare', '--template='] });
  if (made.code !== 0) throw gitFailure(mirror.subject, `git init: ${lastLines(made.stderr)}`, { retryable: false });
  const put = (): Promise<void> => rename(fresh.gitDir, mirror.gitDir);
  try {
    await put();
  } catch {
    // Another job made it in the meantime, or what stands there is no mirror.
    if (await isMirror(mirror.gitDir)) {
      await rm(fresh.gitDir, { recursive: true, force: true });
    } else {
      await rm(mirror.gitDir, { recursive: true, force: true });
      await put();
    }
  }
  return 'made';
}

async function isMirror(gitDir: string): Promise<boolean> {
  return (await stat(path.join(gitDir, 'HEAD')).catch(() => null)) !== null;
}

/** Takes the mirror away, so that the next question makes it anew. */
export async function discardMirror(gitDir: string): Promise<void> {
  const gone = `${gitDir}${goneMark}${randomUUID()}`;
  // Renaming is atomic: nobody ever sees half a mirror.
  await rename(gitDir, gone).catch(ignoreMissing);
  await rm(gone, { recursive: true, force: true });
}

/** Removes what discarded mirrors of an earlier process left behind. */
export async function removeDiscarded(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  await Promise.all(
    names
      .filter((name) => name.includes(goneMark) || name.includes(newMark))
      .map((name) => rm(path.join(folder, name), { recursive: true, force: true })),
  );
}

const goneMark = '.gone-';
const newMark = '.new-';

/**
 * Lets git collect what nobody asked for in a long time. To be run in turn with fetches; takes up to ten minutes.
 * Throws `git-failed`.
 */
export async function tidyMirror(mirror: MirrorCommand): Promise<void> {
  // Commits of long ago: on a branch they stay, and otherwise the remote has them.
  const listed = await succeed(mirror, {
    args: ['for-each-ref', '--sort=-committerdate', '--format=delete %(refname)', `${refs.commits}/`],
  });
  const deletions = listed.stdout.toString('utf8').split('\n').filter(Boolean).slice(commitsKept);
  await succeed(mirror, { args: ['update-ref', '--stdin'], input: deletions.map((line) => `${line}\n`).join('') });
  await succeed(mirror, {
    args: ['gc', '--auto', '--quiet'],
    // In the foreground: it runs in turn with fetches.
    config: { 'gc.autoDetach': 'false' },
    deadlineMs: collectDeadlineMs,
  });
}

async function succeed(
  mirror: MirrorCommand,
  command: Pick<GitCommand, 'args' | 'input' | 'config' | 'deadlineMs'>,
): Promise<GitAnswer> {
  const answer = await runGit({ ...mirror, ...command });
  if (answer.code === 0) return answer;
  throw gitFailure(mirror.subject, `git ${command.args[0] ?? ''}: ${lastLines(answer.stderr)}`, { retryable: true });
}

const commitsKept = 2_000;
const collectDeadlineMs = 10 * 60_000;

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
