import type { Plan } from '../../domain/plan.ts';
import { ago } from '../text/times.ts';

/**
 * A part of a plan as a text that is equal where people would read the same: whatever the environment's namespace is
 * called, with times as they are told, and whatever its numbers are (`any-number`).
 */
export function sameText(
  value: unknown,
  { namespace, at }: Pick<Plan, 'namespace' | 'at'>,
  numbers: 'each-number' | 'any-number' = 'each-number',
): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (typeof member === 'number') return numbers === 'each-number' ? member : 0;
    if (key === 'namespace' && member === namespace) return '';
    return key === 'at' && typeof member === 'string' ? ago(member, at) : member;
  });
}
