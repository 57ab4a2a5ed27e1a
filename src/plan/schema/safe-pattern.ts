export interface SafePattern {
  readonly expression: RegExp;
  /** About how many steps a text of the length may take. */
  readonly cost: number;
}

const longestPattern = 500;

/**
 * A pattern of a schema as an expression that ends soon on a text of so many signs, and means the same here as in the
 * API server's linear engine (RE2); null: it may not. Whoever writes a pull request chooses both the pattern and the text.
 *
 * Let through is what holds no quantifier inside a repeated group and no alternative in one, and little that repeats at all.
 */
export function safePattern(pattern: string, length: number): SafePattern | null {
  if (pattern.length > longestPattern || /\[\[[:.=]|\(\?|\\[1-9kpP]/.test(pattern)) return null;
  const { repeats, optionals, nested } = quantifiersOf(pattern);
  if (nested || optionals > 10) return null;
  const cost = Math.max(1, length) ** (repeats + 1) * 2 ** optionals;
  if (cost > 1_000_000) return null;
  try {
    return { expression: new RegExp(pattern, 'u'), cost };
  } catch {
    return null;
  }
}

interface Quantifiers {
  readonly repeats: number;
  readonly optionals: number;
  /** A group that repeats holds one that does, too, or alternatives. */
  readonly nested: boolean;
}

function quantifiersOf(pattern: string): Quantifiers {
  let [repeats, optionals, nested] = [0, 0, false];
  // Of each open group, whether it holds what makes its repetition dear.
  const groups: boolean[] = [];
  let closed = false;
  for (const [token] of pattern.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|[\s\S]/gu)) {
    const isRepeat = token === '*' || token === '+' || /^\{.+\}$/.test(token);
    if (token === '(') groups.push(false);
    if (isRepeat || token === '?' || token === '|') {
      if (isRepeat && closed) nested = true;
      if (isRepeat) repeats += 1;
      else optionals += 1;
      for (const index of groups.keys()) groups[index] = true;
    }
    // Only a group that holds such a thing is dear to repeat.
    closed = token === ')' && groups.pop() === true;
  }
  return { repeats, optionals, nested };
}
