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
  {
    reason:
      'an App may subscribe to merge_group, as the webhooks "check_suite requested" and "completed" say of the very same object; this copy has not heard of it',
    path: [
      'components',
      'schemas',
      'webhook-check-suite-rerequested',
      'properties',
      'check_suite',
      'properties',
      'app',
      'properties',
      'events',
      'items',
    ],
    correct: ({ enum: known, ...rest }) => ({ ...rest, enum: [known ?? [], 'merge_group'].flat() }),
  },
];
