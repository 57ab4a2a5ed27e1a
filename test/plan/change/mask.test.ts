import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { maskOf as maskOfAll } from '../../../src/plan/change/mask.ts';
import { object } from '../../objects.ts';

const secret = (data: JsonObject, stringData: JsonObject = {}) => object('v1', 'Secret', 's', { data, stringData });

const maskOf = (written: readonly JsonObject[]) => maskOfAll({ written, live: [], said: [] });

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('A known secret value is masked', () => {
  const value = 'p@ss<"w\\ord>\n';
  const mask = maskOf([secret({ key: base64(value) }, { other: 'plain-text' })]);

  it.each([
    ['as it is', `before p@ss<"w\\ord>\nafter`, 'before •••••after'],
    ['without its last newline', 'url=p@ss<"w\\ord>&x', 'url=•••••&x'],
    ['as base64', `x ${base64(value)} y`, 'x ••••• y'],
    ['as base64 without its last newline', `x ${base64(value.trim())} y`, 'x ••••• y'],
    ['as JSON writes it', `{"a":${JSON.stringify(value.trim())}}`, '{"a":"•••••"}'],
    ['as Go writes it in JSON', '{"a":"p@ss\\u003c\\"w\\\\ord\\u003e"}', '{"a":"•••••"}'],
    ['wherever it comes from', 'plain-text', '•••••'],
    ['more than once', 'plain-text plain-text', '••••• •••••'],
    [
      'in the JSON of an annotation that is in JSON',
      `{"a":${JSON.stringify(JSON.stringify({ b: value.trim() }))}}`,
      '{"a":"{\\"b\\":\\"•••••\\"}"}',
    ],
    ['in an address', `http://u:${encodeURIComponent(value.trim())}@h/`, 'http://u:•••••@h/'],
    ['as base64 without its padding', `x ${base64(value.trim()).replace(/=+$/, '')}-`, 'x •••••-'],
    ['once where it stands twice in a row', 'plain-textplain-text', '•••••'],
  ])('%s', (_name, text, shown) => {
    expect(mask.text(text)).toBe(shown);
  });

  it('at any depth, without touching the names of members', () => {
    expect(mask.json({ 'plain-text': [{ a: 'my plain-text' }, 5, null, true] })).toEqual({
      'plain-text': [{ a: 'my •••••' }, 5, null, true],
    });
  });

  it('as a whole where it holds another one', () => {
    expect(maskOf([secret({}, { a: 'secret', b: 'secret-longer' })]).text('secret-longer secret')).toBe('••••• •••••');
  });

  it('but not where it has fewer than six characters', () => {
    expect(maskOf([secret({}, { a: 'admin' })]).text('admin')).toBe('admin');
  });

  it('where it is no text, as its base64', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x01, 0x02, 0x03]).toString('base64');
    expect(maskOf([secret({ key: bytes })]).text(`x${bytes}`)).toBe('x•••••');
  });

  it.each([null, 5, ['a'], 'text'])('and a Secret with %j for data masks nothing', (data) => {
    expect(maskOf([{ ...secret({}), data }]).text('anything')).toBe('anything');
  });

  it('where it overlaps with another one, as a whole', () => {
    expect(maskOf([secret({}, { a: 'abcdefgh', b: 'efgh-the-rest' })]).text('(abcdefgh-the-rest)')).toBe('(•••••)');
  });

  it('where a number in YAML is it', () => {
    const numbers = maskOf([{ ...secret({}), data: { pin: 12345678, flag: true }, stringData: { other: 87654321 } }]);
    expect(numbers.json({ a: 12345678, b: 1234567, c: 'x87654321y' })).toEqual({
      a: '•••••',
      b: 1234567,
      c: 'x•••••y',
    });
  });

  it('where it names what anybody may name', () => {
    expect(mask.json({ metadata: { labels: { 'plain-text': 'x' } }, spec: { 'plain-text': 1 } })).toEqual({
      metadata: { labels: { '•••••': 'x' } },
      spec: { 'plain-text': 1 },
    });
  });

  it('where a long text was cut in the midst of it', () => {
    const long = `${'x'.repeat(300)} plain-t`;
    expect(mask.text(long)).toBe(`${'x'.repeat(300)} •••••`);
    expect(mask.text(`${long}… (cut)`)).toBe(`${'x'.repeat(300)} •••••… (cut)`);
    expect(mask.text('plain-t')).toBe('plain-t');
  });
});

describe('Of a value that is made of parts is masked', () => {
  it.each([
    ['the password of an address', 'postgres://shop:s3cr%2Ft-pw@db/shop', ['s3cr/t-pw', 's3cr%2Ft-pw']],
    [
      'what JSON calls a secret',
      '{"auths":{"r.io":{"username":"bob","auth":"Ym9iOmh1bnRlcjI="}}}',
      ['Ym9iOmh1bnRlcjI='],
    ],
    ['a line of a key', `-----BEGIN KEY-----\n${'Ab3/'.repeat(16)}\n-----END KEY-----`, ['Ab3/'.repeat(16)]],
  ])('%s', (_name, value, parts) => {
    const mask = maskOf([secret({}, { value })]);
    for (const part of parts) expect(mask.text(`<${part}>`)).toBe('<•••••>');
    expect(mask.text('bob shop r.io')).toBe('bob shop r.io');
  });
});

describe('A value that only lives', () => {
  const live = [secret({ key: base64('only-there') })];

  it('is masked', () => {
    expect(maskOfAll({ written: [], live, said: [{ a: 'something else' }] }).text('only-there')).toBe('•••••');
  });

  it.each(['only-there', 'not-the-one'])('is not told from another by writing it into Git: %s', (guess) => {
    const said = [{ spec: { list: [{ [`x-${guess}`]: `url=${guess}` }] } }];
    const mask = maskOfAll({ written: [], live, said });
    expect(mask.text(`no ${guess} here`)).toBe(`no ${guess} here`);
  });

  it('stays masked where a Secret in Git has it', () => {
    const mask = maskOfAll({ written: [secret({}, { a: 'only-there' })], live, said: [{ a: 'only-there' }] });
    expect(mask.text('only-there')).toBe('•••••');
  });
});

describe('Whatever the values and the text', () => {
  it.each([
    ['a long value in a longer text of the same', 'a'.repeat(400_000), `${'a'.repeat(900_000)}b`],
    ['a long value that is there but for its end', `${'a'.repeat(400_000)}b`, 'a'.repeat(900_000)],
  ])('nothing takes long: %s', (_name, value, text) => {
    const started = performance.now();
    const shown = maskOf([secret({}, { value })]).text(text);
    expect(shown).not.toContain(value);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('no value is left', () => {
    const part = fc.string({ minLength: 6, maxLength: 30, unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.array(fc.string()), (values, gaps) => {
        const data = Object.fromEntries(values.map((value, index) => [`k${index}`, base64(value)]));
        const mask = maskOf([secret(data)]);
        const text = values.map((value, index) => `${gaps[index] ?? '-'}${value}`).join('');
        const shown = mask.text(text);
        for (const value of values.filter((one) => one.length >= 6)) expect(shown).not.toContain(value);
      }),
    );
  });
});
