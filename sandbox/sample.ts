/** The sample repository's owner and name. */
export const owner = 'acme';
export const name = 'shop';

/** Who works on it: two writers and a reader. */
export const people = ['ada', 'grace', 'eve'] as const;

/** What `startForge` gives as a person's token. */
export function tokenOf(login: (typeof people)[number]): string {
  return `user-${login}`;
}

/** An environment that may be released. Its namespace is made, and the right to write there given to the impersonated user. */
export type Allowed = {
  readonly environment: string;
  readonly cluster: string;
  readonly namespace: string;
  /** More namespaces that it may write to. They are not made, and no right is given there. */
  readonly namespaces?: readonly string[];
  /** Branches that may be released. Default: the default branch. */
  readonly refs?: readonly string[];
};

/** The user under whom an environment's objects are written. */
export function impersonated(namespace: string): string {
  return `system:serviceaccount:${namespace}:fairlead`;
}
