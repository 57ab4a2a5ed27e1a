/** What of a schema is not looked at here: said, so that nobody takes the check for more than it is. */
export type Unchecked = 'CEL rules' | 'patterns' | 'formats' | 'what is very large';

/**
 * How much is looked at for one plan: a schema from Git may refer to itself a thousand ways, and a pattern may take for ever.
 * `left` counts down.
 */
export interface CheckBudget {
  left: number;
}

export function checkBudget(): CheckBudget {
  return { left: 2_000_000 };
}

/** What a check carries down: where it stands is said by `Place`. */
export interface Checking {
  readonly budget: CheckBudget;
  readonly unchecked: Set<Unchecked>;
  /** Schemas inside `allOf`, `anyOf`, `oneOf`, `not` say nothing about which fields there are. */
  readonly declares: boolean;
}
