import { Failure } from '../../domain/failure.ts';

/** A JSON object of GitHub's, read member by member; what is not as documented is a `forge-refused` that says where. */
export interface Answer {
  text(member: string): string;
  /** null where it is null or missing. */
  textOrNull(member: string): string | null;
  number(member: string): number;
  numberOrNull(member: string): number | null;
  flag(member: string): boolean;
  object(member: string): Answer;
  objectOrNull(member: string): Answer | null;
  list(member: string): readonly Answer[];
}

export function readObject(value: unknown, where: string): Answer {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(where, 'object', value);
  const members = new Map<string, unknown>(Object.entries(value));
  const at = (member: string): string => `${where}.${member}`;
  const demand = <T>(member: string, expected: string, found: T | null): T => {
    if (found === null) throw unexpected(at(member), expected, members.get(member));
    return found;
  };
  const answer: Answer = {
    text: (member) => demand(member, 'text', answer.textOrNull(member)),
    textOrNull: (member) => optional(members.get(member), isText, 'text', at(member)),
    number: (member) => demand(member, 'number', answer.numberOrNull(member)),
    numberOrNull: (member) => optional(members.get(member), isNumber, 'number', at(member)),
    flag: (member) =>
      demand(member, 'true or false', optional(members.get(member), isFlag, 'true or false', at(member))),
    object: (member) => readObject(members.get(member), at(member)),
    objectOrNull: (member) => {
      const found = members.get(member);
      return found === null || found === undefined ? null : readObject(found, at(member));
    },
    list: (member) => readList(members.get(member), at(member)),
  };
  return answer;
}

export function readList(value: unknown, where: string): readonly Answer[] {
  if (!Array.isArray(value)) throw unexpected(where, 'list', value);
  return value.map((item: unknown, index) => readObject(item, `${where}[${index}]`));
}

/** Accounts that were deleted are null: GitHub shows them as `ghost`. */
export function loginOf(user: Answer | null): string {
  return user?.text('login') ?? 'ghost';
}

function optional<T>(value: unknown, is: (value: unknown) => value is T, expected: string, where: string): T | null {
  if (value === null || value === undefined) return null;
  if (!is(value)) throw unexpected(where, expected, value);
  return value;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';

function unexpected(where: string, expected: string, found: unknown): Failure {
  return new Failure('forge-refused', {
    subject: where,
    message: `GitHub's answer has no ${expected} there but ${found === null ? 'null' : typeof found}`,
    retryable: false,
    cause: null,
  });
}
