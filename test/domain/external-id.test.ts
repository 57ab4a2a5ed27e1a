import { describe, expect, it } from 'vitest';
import { externalId, noBase, readExternalId } from '../../src/domain/external-id.ts';

const base = 'b'.repeat(40);

describe('what a check run was made for', () => {
  it.each([
    { number: 7, base, digest: 'e'.repeat(64) },
    { number: 1, base: noBase, digest: null },
  ])('is read as it was written: $number', (made) => {
    expect(readExternalId(externalId(made))).toEqual(made);
  });

  it.each([null, '', '7', `7:${base}`, `x:${base}:-`, `7:main:-`, `7:${base}:`, ` 7:${base}:-`])(
    'is not told by what others write: %s',
    (text) => {
      expect(readExternalId(text)).toBeNull();
    },
  );
});
