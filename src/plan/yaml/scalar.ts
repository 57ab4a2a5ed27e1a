/**
 * What a plain scalar means to Kubernetes, whose reader (sigs.k8s.io/yaml over go-yaml v2) follows YAML 1.1 with a few
 * habits of its own: `yes` and `on` are booleans, `0644` and `0o644` are 420, `1_000` is 1000, `1:30` and dates stay
 * strings, integers are exact up to 64 bits.
 *
 * Returns undefined for what JSON cannot hold (`.inf`, `.nan`).
 */
export function resolvePlainScalar(source: string): null | boolean | number | bigint | string | undefined {
  const first = source.charAt(0);
  if (first === '' || (nullOrBoolean.test(first) && words.has(source))) return words.get(source) ?? null;
  if (!numberStart.test(first)) return source;
  if (/^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/.test(source)) return undefined;
  return resolveInteger(source) ?? resolveFloat(source) ?? source;
}

const words = new Map<string, boolean | null>([
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);
const nullOrBoolean = /[~nNyYtToOfF]/;
const numberStart = /[-+.0-9]/;

/** The integer that a plain scalar is, exact; undefined: it is none, or one beyond 64 bits. */
export function resolveInteger(source: string): number | bigint | undefined {
  if (/^[-+]?[1-9][0-9]{0,14}$/.test(source)) return Number(source);
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(
    source.replaceAll('_', ''),
  );
  if (match === null) return undefined;
  const [, sign, hexadecimal, binary, octal, decimal = ''] = match;
  const digits =
    hexadecimal !== undefined
      ? `0x${hexadecimal}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : decimal;
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  if (value > 18_446_744_073_709_551_615n || value < -9_223_372_036_854_775_808n) return undefined;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) return value;
  return number === 0 ? 0 : number; // no negative zero
}

/** The number that a plain scalar is; undefined: it is none, or too large for a double. */
export function resolveFloat(source: string): number | undefined {
  if (/^[._]/.test(source) && source.includes('_')) return undefined;
  const plain = source.replaceAll('_', '');
  if (!/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain)) return undefined;
  const number = Number(plain);
  if (!Number.isFinite(number)) return undefined;
  return number === 0 ? 0 : number;
}
