import { describe, expect, it } from 'vitest';
import { opaqueValue, withoutOpaque } from '../../../src/plan/change/opaque.ts';

const core = { group: '', kind: 'Secret' };

describe('A Secret shows', () => {
  it('which keys change, come and go, and nothing of what is in them', () => {
    const { before, after } = withoutOpaque(
      core,
      { kind: 'Secret', data: { same: 'a', changed: 'b', gone: 'c' } },
      { kind: 'Secret', data: { same: 'a', changed: 'd', come: 'e' } },
    );
    expect(before).toEqual({ kind: 'Secret', data: { same: '•••••', changed: '••••• (before)', gone: '•••••' } });
    expect(after).toEqual({ kind: 'Secret', data: { same: '•••••', changed: '••••• (after)', come: '•••••' } });
  });

  it('nothing of values that are no map either', () => {
    expect(withoutOpaque(core, null, { data: 'raw', stringData: { a: 'raw' } }).after).toEqual({
      data: '•••••',
      stringData: { a: '•••••' },
    });
  });

  it('no copy of itself in an annotation, however short its values are', () => {
    const annotations = (copy: string) => ({
      metadata: { annotations: { team: 'shop', 'kapp.k14s.io/original': copy } },
    });
    const { before, after } = withoutOpaque(
      core,
      annotations('{"data":{"a":"YQ=="}}'),
      annotations('{"data":{"a":"Yg=="}}'),
    );
    expect(before).toEqual(annotations('••••• (before)'));
    expect(after).toEqual(annotations('••••• (after)'));
    expect(opaqueValue(core, ['metadata', 'annotations', 'x'], '{"a":1}', 'before')).toBe('••••• (before)');
    expect(opaqueValue(core, ['metadata', 'annotations', 'team'], 'shop', 'before')).toBe('shop');
  });

  it('no more where its kind is another group’s', () => {
    expect(opaqueValue({ group: 'example.com', kind: 'Secret' }, ['data', 'a'], 'x', 'after')).toBe('••••• (after)');
  });
});

describe('What is sealed shows which keys change:', () => {
  it.each([
    ['bitnami.com', 'SealedSecret', ['spec', 'encryptedData', 'password']],
    ['external-secrets.io', 'ExternalSecret', ['spec', 'target', 'template', 'data', 'url']],
    [
      'isindir.github.com',
      'SopsSecret',
      ['spec', 'secretTemplates', { key: 'name', value: 'a' }, 'stringData', 'token'],
    ],
    ['isindir.github.com', 'SopsSecret', ['sops', 'mac']],
  ] as const)('%s %s', (group, kind, path) => {
    expect(opaqueValue({ group, kind }, path, 'AgBy8h...', 'before')).toBe('••••• (before)');
  });

  it('in objects, with all around it', () => {
    const sealed = (blob: string) => ({
      spec: { encryptedData: { a: blob, b: 'same' }, template: { type: 'Opaque', metadata: { name: 'a' } } },
    });
    expect(withoutOpaque({ group: 'bitnami.com', kind: 'SealedSecret' }, sealed('AgA'), sealed('AgB')).after).toEqual({
      spec: {
        encryptedData: { a: '••••• (after)', b: '•••••' },
        template: { type: 'Opaque', metadata: { name: 'a' } },
      },
    });
  });

  it('by the names of what is listed', () => {
    const templates = (...list: readonly (readonly [string, string])[]) => ({
      spec: { secretTemplates: list.map(([name, blob]) => ({ name, stringData: { x: blob } })) },
    });
    const kind = { group: 'isindir.github.com', kind: 'SopsSecret' };
    const { after } = withoutOpaque(kind, templates(['a', '1'], ['b', '2']), templates(['b', '2'], ['a', '3']));
    expect(after).toEqual(templates(['b', '•••••'], ['a', '••••• (after)']));
  });

  it('and a whole list of it shows nothing', () => {
    const value = [{ stringData: { x: 'blob' } }];
    const kind = { group: 'isindir.github.com', kind: 'SopsSecret' };
    expect(opaqueValue(kind, ['spec', 'secretTemplates'], value, 'after')).toEqual([{ stringData: { x: '•••••' } }]);
  });

  it('what an ExternalSecret refers to is no secret', () => {
    const path = ['spec', 'data'];
    const value = [{ secretKey: 'a', remoteRef: { key: 'prod/db' } }];
    expect(opaqueValue({ group: 'external-secrets.io', kind: 'ExternalSecret' }, path, value, 'after')).toEqual(value);
  });
});
