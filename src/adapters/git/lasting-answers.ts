import type { GitAnswer, GitCommand } from './git-process.ts';

type Question = Pick<GitCommand, 'args' | 'input'>;

/** Together; what a single answer may hold is a part of it. */
const maxBytes = 16 * 1024 * 1024;
const maxAnswerBytes = 1024 * 1024;

/**
 * What git said of a mirror's objects, which never change: a job asks the same of the same commit as the one before,
 * and every question is a process, for which the whole memory map of this one is copied. Only as long as the mirror
 * stands: one that is made again does not have everything that the old one had.
 */
export class LastingAnswers {
  readonly #answers = new Map<string, GitAnswer>();
  #bytes = 0;

  find(question: Question): GitAnswer | null {
    return this.#answers.get(keyOf(question)) ?? null;
  }

  keep(question: Question, answer: GitAnswer): void {
    if (answer.code !== 0 || answer.stdout.length > maxAnswerBytes) return;
    if (this.#bytes + answer.stdout.length > maxBytes) this.forget();
    this.#answers.set(keyOf(question), answer);
    this.#bytes += answer.stdout.length + entryBytes;
  }

  forget(): void {
    this.#answers.clear();
    this.#bytes = 0;
  }
}

/** What keeping an empty answer takes, roughly. */
const entryBytes = 500;

function keyOf({ args, input }: Question): string {
  return JSON.stringify([args, input ?? '']);
}
