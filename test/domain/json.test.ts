import { describe, expect, it } from 'vitest';
import { canonicalJson, parseJson, sameJson, stringifyJson } from '../../src/domain/json.ts';

describe('JSON as the Kubernetes API speaks it', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    ' 18446744073709551615',
    '[1,9007199254740993]',
    '{"a":9007199254740993}',
    '{"a": [ -9223372036854775808 ]}',
    '{"a":1,"b":9007199254740993,"c":2}',
  ])('keeps the integers of %s exact', (text) => {
    expect(stringifyJson(parseJson(text))).toBe(text.replaceAll(/\s/g, ''));
  });

  it('keeps numbers that a double holds as numbers', () => {
    expect(parseJson('[1, 9007199254740991, 0.12345678901234568, 1e30, 1000000000000000]')).toEqual([
      1, 9007199254740991, 0.12345678901234568, 1e30, 1000000000000000,
    ]);
  });

  it('leaves digits in texts alone', () => {
    const text = '{"image":"web@sha256:12345678901234567890","a":"x:12345678901234567890","b":",12345678901234567890"}';
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it('says the same of equal values, whatever the order of their keys', () => {
    const [one, other] = [
      parseJson('{"b":[1,{"d":2,"c":3}],"a":9007199254740993}'),
      parseJson('{"a":9007199254740993,"b":[1,{"c":3,"d":2}]}'),
    ];
    expect(canonicalJson(one)).toBe(canonicalJson(other));
    expect(sameJson(one, other)).toBe(true);
    expect(sameJson(one, parseJson('{"b":[1,{"d":2,"c":3}],"a":9007199254740992}'))).toBe(false);
  });

  it.each(['plain', '', 'a "quote"', 'back\\slash', 'new\nline', '\u0001', 'é 🙂', '\ud83d alone', '\u007f\u2028'])(
    'writes the text %j as JSON does, as a value and as a key',
    (text) =>
      expect(canonicalJson({ [text]: [text, 1.5, null, true] })).toBe(
        JSON.stringify({ [text]: [text, 1.5, null, true] }),
      ),
  );

  it('takes a member that is undefined for one that is not there', () => {
    expect(sameJson({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(canonicalJson({ a: 1, b: undefined })).toBe('{"a":1}');
  });
});
