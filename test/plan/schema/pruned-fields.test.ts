import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { fieldsGone, prunedFields } from '../../../src/plan/schema/pruned-fields.ts';

const text = { type: 'string' };
const closed = { type: 'object', properties: { a: text } };
const keeps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const spec = (schema: JsonObject) => ({ type: 'object', properties: { spec: schema } });
const held = { config: { a: '1', b: '2' } };

/** The schema of before and the one of after, what an object holds in `spec`, and what of it goes. */
const cases: readonly (readonly [string, JsonObject, JsonObject, JsonObject, readonly string[]])[] = [
  ['what it kept and now knows better', keeps, { ...keeps, properties: { config: closed } }, held, ['spec.config.b']],
  [
    'the same in a list',
    keeps,
    { ...keeps, properties: { list: { type: 'array', items: closed } } },
    { list: [{ a: '1', b: '2' }] },
    ['spec.list[].b'],
  ],
  [
    'the same deeper in what it keeps',
    keeps,
    { ...keeps, properties: { config: { ...keeps, properties: { in: closed } } } },
    { config: { in: { a: '1', b: '2' } } },
    ['spec.config.in.b'],
  ],
  ['the same under any name', keeps, { ...keeps, additionalProperties: closed }, held, ['spec.*.b']],
  [
    'what it knew under any name and now knows by its own',
    { type: 'object', additionalProperties: { type: 'object', properties: { a: text, b: text } } },
    { ...keeps, properties: { config: closed } },
    held,
    ['spec.config.b'],
  ],
  [
    'any name',
    { type: 'object', additionalProperties: true },
    { type: 'object', properties: { config: text } },
    { config: '1', other: '2' },
    ['spec.other'],
  ],
];

describe('A schema of a custom resource takes', () => {
  it.each(cases)('%s, which is seen without an object', (_what, before, after, held, lost) => {
    const [old, next] = [spec(before), spec(after)];
    expect([...prunedFields({ spec: held }, old)]).toEqual([]);
    expect([...prunedFields({ spec: held }, next)]).toEqual(lost);
    expect(fieldsGone(old, next).size).toBeGreaterThan(0);
  });

  it.each([
    ['what it keeps still', keeps, keeps],
    ['what holds no fields', keeps, { ...keeps, properties: { config: text, list: { type: 'array', items: text } } }],
    ['what it knows and keeps', keeps, { ...keeps, properties: { config: keeps } }],
    [
      'any name that may still be',
      { type: 'object', additionalProperties: true },
      { type: 'object', additionalProperties: true },
    ],
  ])('not %s', (_what, before, after) => {
    expect([...fieldsGone(spec(before), spec(after))]).toEqual([]);
  });

  it('nothing of what every object has', () => {
    expect([...fieldsGone(keeps, { ...keeps, properties: { metadata: { type: 'object' } } })]).toEqual([]);
  });
});
