import type { Json } from '../../domain/json.ts';

const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** `500Mi`, `2`, `1e3` as a number (apimachinery's resource.Quantity, near enough to compare sums with limits). */
export function quantity(value: Json | undefined): number | null {
  const [, digits, suffix = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(quantityText(value)) ?? [];
  const factor = Object.hasOwn(suffixes, suffix) ? suffixes[suffix] : undefined;
  return digits === undefined || factor === undefined ? null : Number(digits) * factor;
}

export function quantityText(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Whether a sum of quantities is more than a limit, and not for the rounding of `100m` and `200m` alone. */
export function exceeds(sum: number, limit: number): boolean {
  return sum > limit + Math.abs(limit) * 1e-9;
}
