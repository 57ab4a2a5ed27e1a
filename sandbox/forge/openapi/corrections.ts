/**
 * Where GitHub's description is wrong about GitHub: the path to what is corrected, what it becomes, and how we know.
 * Nothing is corrected in the vendored file itself.
 */
export interface Correction {
  readonly reason: string;
  readonly path: readonly string[];
  readonly correct: (schema: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

export const corrections: readonly Correction[] = [
  {
    reason:
      'an account is a user or an enterprise, as the schema "installation" says of the very same object; this copy demands both',
    path: [
      'paths',
      '/app/installations',
      'get',
      'responses',
      '200',
      'content',
      'application/json',
      'schema',
      'items',
      'properties',
      'account',
    ],
    correct: ({ allOf, ...rest }) => ({ ...rest, anyOf: allOf }),
  },
];
