/** The sample repository's owner and name. */
export const owner = 'acme';
export const name = 'shop';

/** Who works on it: two writers and a reader. */
export const people = ['ada', 'grace', 'eve'] as const;

/** What `startForge` gives as a person's token. */
export function tokenOf(login: (typeof people)[number]): string {
  return `user-${login}`;
}
