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
