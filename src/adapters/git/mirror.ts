import path from 'node:path';
import { type Repository, repositoryName } from '../../domain/repository.ts';
import type { Logger } from '../../ports/logger.ts';
import { isAbsent, isBroken, isRefused, lastLines } from './git-complaints.ts';
import { type GitAnswer, type GitCommand, gitFailure, runGit } from './git-process.ts';
import { LastingAnswers } from './lasting-answers.ts';
import { discardMirror, ensureMirror, type MirrorCommand, tidyMirror } from './mirror-folder.ts';

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

interface OpenMirrorOptions extends MirrorOptions {
  /** Kills what git does in it. */
  readonly stop: AbortSignal;
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
  /** Until nothing fetches or tidies up; what was asked for meanwhile included. */
  idle(): Promise<void>;
}

export interface MirrorQuestion extends Pick<GitCommand, 'args' | 'input' | 'maxOutput'> {
  /** The answer is about objects by their ids alone, so that it stays true: it may be an earlier one. Default false. */
  readonly lasting?: boolean;
}

export type FetchResult = 'fetched' | 'absent';

/** The mirror of the repository of this id; the names and the installation that come with each call may change. */
export function createMirror(options: OpenMirrorOptions, id: number): Mirror {
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
  const inMirror = (repository: Repository): MirrorCommand => ({
    subject: repositoryName(repository),
    gitDir,
    environment: options.environment,
    stop: options.stop,
  });

  const discard = async (broken: BrokenMirror): Promise<void> => {
    // Somebody else saw it first: what stands there now is new.
    if (broken.generation !== generation) return;
    generation += 1;
    lately.forget();
    options.log.warn('git mirror is broken and is made again', { mirror: gitDir, why: broken.message });
    await discardMirror(gitDir);
  };

  const ensure = async (repository: Repository): Promise<void> => {
    if ((await ensureMirror(inMirror(repository))) === 'made') lately.forget();
  };

  const fetchOnce = async (repository: Repository, refspec: string): Promise<FetchResult> => {
    await ensure(repository);
    const credentials = await untilStopped(options.credentials(repository), options.stop);
    const answer = await runGit({ ...inMirror(repository), ...fetchCommand(credentials, refspec) });
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
      await tidyMirror(inMirror(repository));
    } catch (error) {
      if (options.stop.aborted) return;
      options.log.warn('git mirror could not be tidied up', { mirror: gitDir, error });
    } finally {
      // What nothing refers to any more may be gone, also where git did a part of it only.
      lately.forget();
    }
  };

  return {
    async run(repository, asked) {
      const before = generation;
      await ensure(repository);
      const known = asked.lasting === true ? lately.find(asked) : null;
      if (known !== null) return known;
      const answer = await runGit({ ...inMirror(repository), ...asked });
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

    async idle() {
      for (let last = null; last !== queue; ) {
        last = queue;
        await last;
      }
    },
  };
}

/** A token may be long in coming: who stops does not wait for it. */
async function untilStopped<T>(coming: Promise<T>, stop: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const end = (): void => stopped.reject(gitFailure('git', 'the process stops', { retryable: true }));
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  try {
    return await Promise.race([coming, stopped.promise]);
  } finally {
    stop.removeEventListener('abort', end);
    coming.catch(() => undefined);
  }
}

const fetchDeadlineMs = 10 * 60_000;
const fetchesBetweenTidying = 50;

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
