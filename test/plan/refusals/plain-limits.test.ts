import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { withPlainLimits } from '../../../src/plan/refusals/plain-limits.ts';
import { configMap, object } from '../../objects.ts';

const ofSpec = (spec: JsonObject) => object('example.com/v1', 'Thing', 'a', { spec });

describe('What is over a limit is said in plain words:', () => {
  it.each([
    [
      'a list, counted by the server',
      { field: 'spec.list', message: 'Too many: 3: must have at most 2 items' },
      ofSpec({}),
      { field: 'spec.list', message: '3 items, and at most 2 are allowed' },
    ],
    [
      'a list that it did not count',
      { field: 'spec.list', message: 'Too many: must have at most 1 item' },
      ofSpec({ list: [1, 2] }),
      { field: 'spec.list', message: '2 items, and at most 1 is allowed' },
    ],
    [
      'a text in bytes',
      { field: 'spec.text', message: 'Too long: may not be more than 3 bytes' },
      ofSpec({ text: 'éé' }),
      { field: 'spec.text', message: '4 bytes, and at most 3 are allowed' },
    ],
    [
      'a text in characters',
      { field: 'spec.text', message: 'Too long: may not be more than 1 character' },
      ofSpec({ text: 'éé' }),
      { field: 'spec.text', message: '2 characters, and at most 1 is allowed' },
    ],
    [
      'a whole ConfigMap',
      { field: '[]', message: 'Too long: may not be more than 1048576 bytes' },
      configMap('a', { a: 'x'.repeat(2_000_000) }),
      { field: 'data', message: '2,000,000 bytes, and at most 1,048,576 are allowed' },
    ],
    [
      'what is too much together with what others wrote',
      { field: 'metadata.annotations', message: 'Too long: may not be more than 262144 bytes' },
      { ...configMap('a'), metadata: { name: 'a', annotations: { a: 'b' } } },
      { field: 'metadata.annotations', message: 'more than the 262,144 bytes that are allowed' },
    ],
    [
      'and nothing else is touched',
      { field: 'spec.replicas', message: 'Invalid value: -1: must be greater than or equal to 0' },
      ofSpec({ replicas: -1 }),
      { field: 'spec.replicas', message: 'Invalid value: -1: must be greater than or equal to 0' },
    ],
  ])('%s', (_name, cause, written, plain) => {
    const refusal = { reason: 'invalid', message: '', causes: [cause] } as const;
    expect(withPlainLimits(refusal, written).causes).toEqual([plain]);
  });
});
