import type { CommitId, Repository } from '../../domain/repository.ts';
import type { Comments, PublishedStatus, PullRequests, Repositories, Statuses } from '../../ports/forge.ts';

type Read = Pick<Repositories, 'facts'> &
  Pick<PullRequests, 'pullRequestsOf'> &
  Pick<Comments, 'comments' | 'keepComment'> &
  Statuses;

/**
 * The forge, of which what belongs to a repository, a commit or a pull request is read once, however many environments
 * ask for it: for the time of one job. What the job writes is known from then on, but for the time of a status, which the
 * forge stamps. Where another job may write, too, and its word would be lost, it is looked at afresh: with the forge itself.
 */
export function readingOnce<F extends Read>(forge: F): F {
  const comments = kept((repository, number: number) => forge.comments(repository, number));
  const statuses = kept((repository, commit: CommitId) => forge.statuses(repository, commit));
  return {
    ...forge,
    facts: kept((repository) => forge.facts(repository)).read,
    pullRequestsOf: kept((repository, commit: CommitId) => forge.pullRequestsOf(repository, commit)).read,
    comments: comments.read,
    async keepComment(repository, number, marker, body) {
      comments.put([repository, number], null);
      await forge.keepComment(repository, number, marker, body);
    },
    statuses: statuses.read,
    async setStatus(repository, commit, status) {
      const standing = await statuses.read(repository, commit);
      const own = standing.find(({ context }) => context === status.context) ?? null;
      await forge.setStatus(repository, commit, status, own);
      const now: PublishedStatus = { ...status, at: own?.at ?? '' };
      // Others may have been put since.
      const others = (await statuses.read(repository, commit)).filter(({ context }) => context !== status.context);
      statuses.put([repository, commit], [...others, now]);
    },
  };
}

interface Kept<A extends readonly Of[], T> {
  readonly read: (repository: Repository, ...of: [...A]) => Promise<T>;
  /** null: read it again. */
  readonly put: (key: readonly [Repository, ...A], value: T | null) => void;
}

type Of = string | number | null;

/** A reading for each repository and what of it is meant. One that failed is not kept. */
export function kept<A extends readonly Of[], T>(read: (repository: Repository, ...of: A) => Promise<T>): Kept<A, T> {
  const readings = new Map<string, Promise<T>>();
  const nameOf = ([{ id }, ...of]: readonly [Repository, ...A]): string => [id, ...of].join(' ');
  return {
    read(...key) {
      const name = nameOf(key);
      const reading = readings.get(name) ?? read(...key);
      readings.set(name, reading);
      reading.catch(() => readings.delete(name));
      return reading;
    },
    put(key, value) {
      if (value === null) readings.delete(nameOf(key));
      else readings.set(nameOf(key), Promise.resolve(value));
    },
  };
}
