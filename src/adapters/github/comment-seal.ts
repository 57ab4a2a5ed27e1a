import { createHmac, timingSafeEqual } from 'node:crypto';

/** The pull request that a comment stands on. */
export interface CommentPlace {
  /** The repository's numeric id. */
  readonly repository: number;
  readonly number: number;
}

export interface CommentSeal {
  /** The body with its seal at the end. */
  readonly seal: (place: CommentPlace, body: string) => string;
  /** The body as it was sealed; null: it has no seal, or is no longer what was sealed, or was sealed somewhere else. */
  readonly open: (place: CommentPlace, sealed: string) => string | null;
}

/**
 * Whoever may write to a repository may edit everybody's comments, and so may every workflow with `issues: write`: the
 * author stays the App. Hidden markers hold decisions of people, so every comment of ours ends in an HMAC that only the
 * holder of the App's key can make. With another key, older decisions have to be made again.
 */
export function commentSeal(privateKey: string): CommentSeal {
  const key = createHmac('sha256', privateKey).update('fairlead: seal of comments').digest();
  const sealOf = ({ repository, number }: CommentPlace, body: string): string =>
    createHmac('sha256', key).update(`${repository}#${number}\n${body.trimEnd()}`).digest('hex');
  return {
    seal: (place, body) => `${body.trimEnd()}\n<!-- fairlead:seal ${sealOf(place, body)} -->`,
    open: (place, sealed) => {
      const match = /^(.*)\n<!-- fairlead:seal ([0-9a-f]{64}) -->$/s.exec(sealed.trimEnd());
      const [, body = '', found = ''] = match ?? [];
      if (match === null) return null;
      return timingSafeEqual(Buffer.from(found), Buffer.from(sealOf(place, body))) ? body : null;
    },
  };
}
