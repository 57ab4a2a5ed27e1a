import type { CommitId } from './repository.ts';

/**
 * What a check run was made for: GitHub keeps it as the run's `external_id` and sends it with every press of a button,
 * and the sweep tells by it whether a plan is of now.
 */
export interface MadeFor {
  /** A pull request. */
  readonly number: number;
  /** The base commit it was computed from. */
  readonly base: CommitId;
  /** Of the plan it shows; null: it shows none. */
  readonly digest: string | null;
}

/** In the place of the base: it was looked at with none, so that the sweep looks at the pull request again in any case. */
export const noBase: CommitId = '0'.repeat(40);

/** `NUMBER:BASE:DIGEST`, or `-` for the digest. */
export function externalId({ number, base, digest }: MadeFor): string {
  return `${number}:${base}:${digest ?? '-'}`;
}

/** null: nobody of us wrote it. */
export function readExternalId(text: string | null): MadeFor | null {
  const [, number, base, digest] = /^(\d+):([0-9a-f]{40}):([0-9a-f]+|-)$/.exec(text ?? '') ?? [];
  if (number === undefined || base === undefined || digest === undefined) return null;
  return { number: Number(number), base, digest: digest === '-' ? null : digest };
}
