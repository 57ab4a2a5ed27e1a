import { describe, expect, it } from 'vitest';
import { checkBudget } from '../../../src/plan/schema/checking.ts';
import { checkSchema } from '../../../src/plan/schema/schema-check.ts';
import { withDefaults } from '../../../src/plan/schema/schema-defaults.ts';

describe('A schema', () => {
  it('that would be looked through for ever is left, and that is said', () => {
    let schema: object = { type: 'object', required: ['never'] };
    // Each refers to the one before twice: 2^40 ways down.
    for (let depth = 0; depth < 40; depth++) schema = { anyOf: [schema, schema] };
    const { unchecked } = checkSchema({ spec: {} }, { ...schema }, { left: 10_000 });
    expect([...unchecked]).toContain('what is very large');
  });

  it('that has many fields with long names, beside ten thousand that it does not know, is through in no time', () => {
    const many = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}${index}`);
    const names = many(200, 'abcdefghijklmnopqrstuvwxyzabcdefgh');
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    const unknown = Object.fromEntries(many(10_000, 'zbcdefghijklmnopqrstuvwxyzabcdefg').map((name) => [name, 'a']));
    const { faults } = checkSchema(unknown, { type: 'object', properties }, checkBudget());
    expect(faults).toHaveLength(10_000);
  }, 15_000);

  it.each([
    ['forbids what it does not check', { not: { pattern: '^(a+)+$' } }, 'aaa', 0],
    ['forbids what it checks', { not: { pattern: '^a+$' } }, 'aaa', 1],
    ['is one of two of which neither is checked', { oneOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }, '::1', 0],
    ['is one of two of which both hold', { oneOf: [{ minLength: 1 }, { maxLength: 9 }] }, '::1', 1],
    ['is one of two of which one may hold', { oneOf: [{ minLength: 1 }, { format: 'ipv6' }] }, '::1', 0],
    ['is one of two of which neither can hold', { oneOf: [{ minLength: 9 }, { maxLength: 1 }] }, '::1', 1],
    ['is any of two of which one may hold', { anyOf: [{ minLength: 9 }, { format: 'ipv6' }] }, '::1', 0],
    ['is any of two of which neither can hold', { anyOf: [{ minLength: 9 }, { maxLength: 1 }] }, '::1', 1],
  ])('refuses only for what it is sure of: a text %s', (_name, text, value, faults) => {
    const schema = { type: 'object', properties: { text: { type: 'string', ...text } } };
    expect(checkSchema({ text: value }, schema, checkBudget()).faults).toHaveLength(faults);
  });

  it('that is not looked through to its end refuses nothing for what is left', () => {
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const not = { properties: { a: { minLength: 1 } } };
    const { faults, unchecked } = checkSchema({ a: 'b' }, { ...open, not }, { left: 2 });
    expect([faults, [...unchecked]]).toEqual([[], ['what is very large']]);
  });

  it('says nothing of what Kubernetes itself declares', () => {
    const object = { apiVersion: 'e/v1', kind: 'W', metadata: { name: 'w', labels: { a: 'b' } } };
    expect(checkSchema(object, { type: 'object' }, checkBudget()).faults).toEqual([]);
  });

  it('fills in its defaults, inside of defaults and in items, and leaves what is said', () => {
    const port = { type: 'object', properties: { protocol: { type: 'string', default: 'TCP' } } };
    const schema = {
      properties: {
        ports: { type: 'array', items: port },
        probe: { default: {}, properties: { seconds: { default: 10 } } },
        mode: { default: 'a' },
        nothing: { default: 'b', nullable: true },
        dropped: { default: 'c' },
      },
    };
    const object = { ports: [{}, { protocol: 'UDP' }], mode: 'b', nothing: null, dropped: null };
    expect(withDefaults(object, schema)).toEqual({
      ports: [{ protocol: 'TCP' }, { protocol: 'UDP' }],
      probe: { seconds: 10 },
      mode: 'b',
      nothing: null,
      dropped: 'c',
    });
  });
});
