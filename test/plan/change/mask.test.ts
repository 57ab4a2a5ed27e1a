import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { maskOf, maskSecret } from '../../../src/plan/change/mask.ts';
import { object } from '../../objects.ts';

const secret = (data: JsonObject, stringData: JsonObject = {}) => object('v1', 'Secret', 's', { data, stringData });

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
});

describe('A Secret shows', () => {
  it('which keys change, come and go, and nothing of what is in them', () => {
    const { before, after } = maskSecret(
      { kind: 'Secret', data: { same: 'a', changed: 'b', gone: 'c' } },
      { kind: 'Secret', data: { same: 'a', changed: 'd', come: 'e' } },
    );
    expect(before).toEqual({ kind: 'Secret', data: { same: '•••••', changed: '••••• (before)', gone: '•••••' } });
    expect(after).toEqual({ kind: 'Secret', data: { same: '•••••', changed: '••••• (after)', come: '•••••' } });
  });

  it('nothing of values that are no map either', () => {
    expect(maskSecret(null, { data: 'raw', stringData: { a: 'raw' } }).after).toEqual({
      data: '•••••',
      stringData: { a: '•••••' },
    });
  });
});
