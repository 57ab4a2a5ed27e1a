import type { HiddenFields } from '../../../domain/plan.ts';

/** What each rule hid in all objects: one entry for each, with the first of its fields and how many there are. */
export function hiddenByRule(hidden: readonly HiddenFields[]): readonly HiddenFields[] {
  const rules = new Map<string, { readonly first: HiddenFields; count: number }>();
  for (const one of hidden) {
    const known = rules.get(one.rule);
    if (known === undefined) rules.set(one.rule, { first: one, count: one.count ?? 1 });
    else known.count += one.count ?? 1;
  }
  return [...rules.values()].map(({ first, count }) => (count === 1 ? first : { ...first, count }));
}
