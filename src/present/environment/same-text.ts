import type { Plan } from '../../domain/plan.ts';
import { ago } from '../text/times.ts';

/**
 * A part of a plan as a text that is equal where people would read the same: whatever the environment's namespace is
 * called, with the times of field managers as they are told, and whatever its numbers are (`any-number`).
 */
export function sameText(
  value: unknown,
  { namespace, at }: Pick<Plan, 'namespace' | 'at'>,
  numbers: 'each-number' | 'any-number' = 'each-number',
): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (typeof member === 'number') return numbers === 'each-number' ? member : 0;
    if (key === 'namespace' && member === namespace) return '';
    return key === 'manager' ? told(member, at) : member;
  });
}

// A value of an object may have a time of its own, which is shown as it is.
function told(manager: unknown, now: string): unknown {
  if (typeof manager !== 'object' || manager === null || !('at' in manager)) return manager;
  return { ...manager, at: typeof manager.at === 'string' ? ago(manager.at, now) : manager.at };
}
