import type { CommandReply } from '../../domain/command-reply.ts';
import { isSamePerson, namesPlan } from '../../domain/confirms.ts';
import type { Awaited, AwaitedPlan } from './waiting-for-confirmation.ts';

/** What somebody who may write agreed to. */
export interface Consent {
  /** A login. */
  readonly by: string;
  /** The pull request on which they did. */
  readonly number: number;
  /** Digits of the plan's digest; null: what had been shown by `at`. */
  readonly digest: string | null;
  /** ISO 8601. */
  readonly at: string;
}

export type ConsentAnswer =
  | { readonly kind: 'agreed'; readonly plans: readonly AwaitedPlan[] }
  | { readonly kind: 'refused'; readonly reply: CommandReply };

/** Which of the plans that wait are confirmed by this; the same for a comment and for the button. */
export function answerConsent(awaited: Awaited, consent: Consent): ConsentAnswer {
  const { plans, planning, elsewhere } = awaited;
  const { digest, at } = consent;
  const named = digest === null ? plans : plans.filter((plan) => namesPlan(digest, plan.digest));
  if (named.length === 0) {
    // Nobody has seen the plan that is being made: it is never agreed to beforehand.
    if (planning !== null) return refused({ kind: 'still-planning', planning, waiting: plans });
    if (plans.length > 0 && digest !== null) return refused({ kind: 'no-such-digest', digest, waiting: plans });
    return refused(
      elsewhere === null ? { kind: 'nothing-to-confirm' } : { kind: 'confirm-elsewhere', number: elsewhere },
    );
  }
  const objection = notSecondPerson(named, consent);
  if (objection !== null) return refused(objection);
  const agreed = named.filter(
    ({ publishedAt }) => digest !== null || (publishedAt !== null && Date.parse(publishedAt) <= Date.parse(at)),
  );
  return agreed.length === 0 ? refused({ kind: 'plan-changed', waiting: plans }) : { kind: 'agreed', plans: agreed };
}

function refused(reply: CommandReply): ConsentAnswer {
  return { kind: 'refused', reply };
}

/**
 * Why somebody is no second person; null: they are one. Whoever may push may push to the branch of another, so that it
 * takes more than not to have opened the pull request: each author and committer of a commit is one of the first.
 */
function notSecondPerson(plans: readonly AwaitedPlan[], { by, number }: Consent): CommandReply | null {
  const written = plans.flatMap(({ wrote }) => wrote.pulls);
  const place = (of: number): number | null => (of === number ? null : of);
  for (const { number: of, author, commits } of written) {
    if (isSamePerson(author, by)) return { kind: 'not-second-person', person: author, commit: null, of: place(of) };
    for (const { commit, people } of commits) {
      const person = people.find((login) => isSamePerson(login, by));
      if (person !== undefined) return { kind: 'not-second-person', person, commit, of: place(of) };
    }
  }
  for (const { commit, people } of plans.flatMap(({ wrote }) => wrote.pushed)) {
    const person = people.find((login) => isSamePerson(login, by));
    if (person !== undefined) return { kind: 'pushed-it', person, commit };
  }
  for (const { commit, people, number: of } of plans.flatMap(({ wrote }) => wrote.merged)) {
    const person = people.find((login) => isSamePerson(login, by));
    if (person !== undefined) return { kind: 'merged-by-hand', person, commit, of: place(of) };
  }
  const unlisted = written.find(({ complete }) => !complete);
  return unlisted === undefined
    ? null
    : { kind: 'too-many-commits', listed: unlisted.commits.length, of: place(unlisted.number) };
}
