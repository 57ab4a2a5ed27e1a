import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Repository, repositoryName } from '../../domain/repository.ts';
import type { Logger } from '../../ports.ts';
import { type GitAnswer, type GitCommand, gitFailure, runGit } from './git-process.ts';
import { LastingAnswers } from './lasting-answers.ts';

/** How to reach a repository's remote now; the token behind it may expire within the hour. */
export interface GitCredentials {
  /** `https://…`, without user and password. */
  readonly url: string;
  /** The value of the `Authorization` header. */
  readonly authorization: string;
}

export interface MirrorOptions {
  /** Where the mirrors of all repositories live; belongs to this process alone. Made if missing. */
  readonly folder: string;
  /** `PATH`, and what the operator's network needs (`https_proxy`, `GIT_SSL_CAINFO`). */
  readonly environment: Readonly<Record<string, string>>;
  readonly credentials: (repository: Repository) => Promise<GitCredentials>;
  readonly log: Logger;
}

/** A bare repository on disk that follows the forge's; everything in it can be fetched again. */
export interface Mirror {
  /** Runs git on what is there. A mirror found broken is thrown away, and the failure may be retried. */
  run(repository: Repository, asked: MirrorQuestion): Promise<GitAnswer>;
  /**
   * Fetches one refspec, one at a time for each mirror. Who asks for a refspec that waits already shares its fetch: it
   * starts after both asked, so both get what the remote says now. A broken mirror is made again at once.
   */
  fetch(repository: Repository, refspec: string): Promise<FetchResult>;
}

export interface MirrorQuestion extends Pick<GitCommand, 'args' | 'input' | 'maxOutput'> {
  /** The answer is about objects by their ids alone, so that it stays true: it may be an earlier one. Default false. */
  readonly lasting?: boolean;
}

export type FetchResult = 'fetched' | 'absent';

/** The mirror of the repository of this id; the names and the installation that come with each call may change. */
export function createMirror(options: MirrorOptions, id: number): Mirror {
  const gitDir = path.join(options.folder, `${id}.git`);
  const waiting = new Map<string, Promise<FetchResult>>();
  let queue: Promise<unknown> = Promise.resolve();
  const lately = new LastingAnswers();
  let fetches = 0;
  let generation = 0;

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  };
  const place = (repository: Repository): GitPlace => ({
    subject: repositoryName(repository),
    gitDir,
    environment: options.environment,
  });

  const discard = async (broken: BrokenMirror): Promise<void> => {
    // Somebody else saw it first: what stands there now is new.
    if (broken.generation !== generation) return;
    generation += 1;
    lately.forget();
    options.log.warn('git mirror is broken and is made again', { mirror: gitDir, why: broken.message });
    const gone = `${gitDir}${goneMark}${randomUUID()}`;
    // Renaming is atomic: nobody ever sees half a mirror.
    await rename(gitDir, gone).catch(ignoreMissing);
    await rm(gone, { recursive: true, force: true });
  };

  const ensure = async (repository: Repository): Promise<void> => {
    if ((await ensureMirror(place(repository))) === 'made') lately.forget();
  };

  const fetchOnce = async (repository: Repository, refspec: string): Promise<FetchResult> => {
    await ensure(repository);
    const credentials = await options.credentials(repository);
    const answer = await runGit({ ...place(repository), ...fetchCommand(credentials, refspec) });
    if (answer.code === 0) return 'fetched';
    const said = lastLines(answer.stderr);
    if (isAbsent(answer.stderr)) return 'absent';
    if (isBroken(answer.stderr)) throw new BrokenMirror(said, generation);
    throw gitFailure(repositoryName(repository), `git fetch: ${said}`, { retryable: !isRefused(answer.stderr) });
  };

  const fetchOrRemake = async (repository: Repository, refspec: string): Promise<FetchResult> => {
    try {
      return await fetchOnce(repository, refspec);
    } catch (error) {
      if (!(error instanceof BrokenMirror)) throw error;
      await discard(error);
    }
    try {
      return await fetchOnce(repository, refspec);
    } catch (error) {
      if (!(error instanceof BrokenMirror)) throw error;
      throw gitFailure(repositoryName(repository), `git fetch into a new mirror: ${error.message}`, {
        retryable: true,
      });
    }
  };

  const maintain = async (repository: Repository): Promise<void> => {
    try {
      await tidyMirror(place(repository));
      // What nothing refers to any more may be gone.
      lately.forget();
    } catch (error) {
      options.log.warn('git mirror could not be tidied up', { mirror: gitDir, error });
    }
  };

  return {
    async run(repository, asked) {
      const before = generation;
      await ensure(repository);
      const known = asked.lasting === true ? lately.find(asked) : null;
      if (known !== null) return known;
      const answer = await runGit({ ...place(repository), ...asked });
      // Not of a mirror that was thrown away meanwhile.
      if (asked.lasting === true && generation === before) lately.keep(asked, answer);
      if (answer.code === 0 || !isBroken(answer.stderr)) return answer;
      const broken = new BrokenMirror(lastLines(answer.stderr), before);
      await inTurn(() => discard(broken));
      throw gitFailure(repositoryName(repository), `the mirror was broken: ${broken.message}`, { retryable: true });
    },

    fetch(repository, refspec) {
      const shared = waiting.get(refspec);
      if (shared !== undefined) return shared;
      const mine = inTurn(() => {
        waiting.delete(refspec);
        return fetchOrRemake(repository, refspec);
      });
      waiting.set(refspec, mine);
      fetches += 1;
      if (fetches % fetchesBetweenTidying === 1) void inTurn(() => maintain(repository));
      return mine;
    },
  };
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
const fetchDeadlineMs = 10 * 60_000;
const fetchesBetweenTidying = 50;

/** Where fetched commits and branches are kept from being collected, out of the way of the forge's own names. */
export const refs = { commits: 'refs/fairlead/commits', branches: 'refs/fairlead/branches' };

type GitPlace = Pick<GitCommand, 'subject' | 'gitDir' | 'environment'>;

class BrokenMirror extends Error {
  readonly generation: number;

  constructor(message: string, generation: number) {
    super(message);
    this.generation = generation;
  }
}

function fetchCommand({ url, authorization }: GitCredentials, refspec: string) {
  const { origin, protocol } = new URL(url);
  return {
    args: ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--force', url, refspec],
    config: {
      // git would send the header on to wherever the remote redirects it. A renamed repository answers with a redirect,
      // too: who names it by its new name gets it.
      'http.followRedirects': 'false',
      [`http.${origin}/.extraHeader`]: `Authorization: ${authorization}`,
      'http.lowSpeedLimit': '1000',
      'http.lowSpeedTime': '60',
    },
    protocols: protocol === 'https:' ? 'https' : 'http:https',
    deadlineMs: fetchDeadlineMs,
  };
}

async function ensureMirror(place: GitPlace): Promise<'there' | 'made'> {
  if (await isMirror(place.gitDir)) return 'there';
  const fresh = { ...place, gitDir: `${place.gitDir}${newMark}${randomUUID()}` };
  await mkdir(fresh.gitDir, { recursive: true, mode: 0o700 });
  const made = await runGit({ ...fresh, args: ['init', '--quiet', '--bare', '--template='] });
  if (made.code !== 0) throw gitFailure(place.subject, `git init: ${lastLines(made.stderr)}`, { retryable: false });
  const put = (): Promise<void> => rename(fresh.gitDir, place.gitDir);
  try {
    await put();
  } catch {
    // Another job made it in the meantime, or what stands there is no mirror.
    if (await isMirror(place.gitDir)) {
      await rm(fresh.gitDir, { recursive: true, force: true });
    } else {
      await rm(place.gitDir, { recursive: true, force: true });
      await put();
    }
  }
  return 'made';
}

async function isMirror(gitDir: string): Promise<boolean> {
  return (await stat(path.join(gitDir, 'HEAD')).catch(() => null)) !== null;
}

async function tidyMirror(place: GitPlace): Promise<void> {
  // Commits of long ago: on a branch they stay, and otherwise the remote has them.
  const listed = await runGit({
    ...place,
    args: ['for-each-ref', '--sort=-committerdate', '--format=delete %(refname)', `${refs.commits}/`],
  });
  const deletions = listed.stdout.toString('utf8').split('\n').filter(Boolean).slice(commitsKept);
  await runGit({ ...place, args: ['update-ref', '--stdin'], input: deletions.map((line) => `${line}\n`).join('') });
  const collected = await runGit({
    ...place,
    args: ['gc', '--auto', '--quiet'],
    // In the foreground: it runs in turn with fetches.
    config: { 'gc.autoDetach': 'false' },
    deadlineMs: fetchDeadlineMs,
  });
  if (collected.code !== 0) {
    throw gitFailure(place.subject, `git gc: ${lastLines(collected.stderr)}`, { retryable: true });
  }
}

const commitsKept = 2_000;

/** The remote has no such branch or commit (git's and GitHub's words). */
function isAbsent(stderr: string): boolean {
  return /couldn't find remote ref|not our ref|unadvertised object/.test(stderr);
}

/** The remote said no for good: trying again with the same question does not help. */
function isRefused(stderr: string): boolean {
  return /returned error: (30\d|40[34])|[Rr]epository.* not found|transport '.*' not allowed/.test(stderr);
}

/** What git says of a repository that was damaged or left half-written. */
function isBroken(stderr: string): boolean {
  // Not what the remote says of itself.
  const own = stderr.split('\n').filter((line) => /^(fatal|error):/.test(line));
  return own.some((line) => brokenWords.some((words) => words.test(line)));
}

const brokenWords = [
  /not a git repository/i,
  /\b(corrupt|corrupted|garbage)\b/,
  /object file .* is empty/,
  /(loose|packed) object .* (is|\(stored)/,
  /unable to (unpack|read|map|open|mmap|parse) (object|sha1|loose|tree|commit|index|pack|.*\.pack|.*\.idx|[0-9a-f]{40})/,
  /inflate:/,
  /pack(file)? .*(too (short|far|small)|does not match|cannot be accessed|is not|signature|mismatch|truncated)/,
  /index file .*(too small|mismatch|corrupt|wrong|bad)/,
  /bad (tree object|config|ref|object HEAD|signature)/,
  /did not (receive expected object|send all necessary objects)/,
  /missing (blob|tree|commit)|broken (link|ref)|missing necessary objects/,
  /Unable to create '.*\.lock': File exists/,
];

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join('; ').slice(-500);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
