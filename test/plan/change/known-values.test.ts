import { describe, expect, it } from 'vitest';
import { heldValues, knownValues } from '../../../src/plan/change/known-values.ts';

function known(value: string): readonly string[] {
  return [...knownValues(heldValues([{ stringData: { value } }]))];
}

describe('what must not be read of a Secret', () => {
  it('is found with the password of an address in it', () => {
    expect(known('postgres://web:hunter2hunter2@db/shop')).toContain('hunter2hunter2');
  });

  it.each(['a.', 'a://b:'])(
    'is found in no time in a value that is %j over and over',
    (part) => {
      const value = part.repeat(800_000 / part.length);
      expect(known(value)).toContain(value);
    },
    20_000,
  );
});
