import { identityName } from '../../domain/manifest.ts';
import { type Action, type Change, isKeptBack, type Plan } from '../../domain/plan.ts';
import { changeName } from '../change/change-words.ts';

/** What somebody asked of a plan's page. */
export interface PlanQuery {
  /** Words that each object must hold, in its name, its reason or its differences; ''. */
  readonly find: string;
  /** null: all. */
  readonly action: Action | null;
  /** From 1. */
  readonly part: number;
}

export interface PlanPart {
  /** At most as many as a browser, and the process that writes them, can bear. */
  readonly changes: readonly Change[];
  /** Of the plan's, how many are as they were asked for. */
  readonly found: number;
  /** The one that is shown, of how many. */
  readonly part: number;
  readonly parts: number;
}

/** Objects on one page, and about how many characters of their differences. */
const objectLimit = 250;
const sizeLimit = 600_000;
/** How much of one object a page shows. */
export const objectBytes = 250_000;

/** The objects of a plan that were asked for, in the plan's order, in parts that are each shown whole. */
export function planPart(plan: Plan, { find, action, part }: PlanQuery): PlanPart {
  const words = find
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 10);
  const found = plan.changes.filter(
    (change) => (action === null || change.action === action) && words.every((word) => holds(change, word)),
  );
  const parts: Change[][] = [[]];
  let size = 0;
  for (const change of found) {
    const own = Math.min(change.diff.length, objectBytes) + 1_000;
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && (last.length === objectLimit || size + own > sizeLimit)) {
      parts.push([change]);
      size = own;
    } else {
      last.push(change);
      size += own;
    }
  }
  const at = Math.min(Math.max(1, part), parts.length);
  return { changes: parts[at - 1] ?? [], found: found.length, part: at, parts: parts.length };
}

function holds(change: Change, word: string): boolean {
  const reason = isKeptBack(change) ? change.reason.message : '';
  return [changeName(change), identityName(change.identity), reason, change.diff].some((text) =>
    text.toLowerCase().includes(word),
  );
}
