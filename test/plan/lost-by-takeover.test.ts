import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { lostByTakeover } from '../../src/plan/lost-by-takeover.ts';
import { objectIn } from '../objects.ts';
import { judgement } from './judgements.ts';

const key = new Uint8Array(32).fill(1);
const config = objectIn('shop', 'v1', 'ConfigMap', 'c', {});

function lost(before: JsonObject, after: JsonObject, adopted = true) {
  return lostByTakeover(judgement(config, { action: 'update', adopted, before, after }), key);
}

describe('What a takeover takes from an object', () => {
  it.each<[string, JsonObject, JsonObject, number]>([
    ['is nothing where all stays', { data: { a: '1' } }, { data: { a: '2', b: '3' } }, 0],
    ['is each field that goes', { data: { a: '1', b: '2', c: '3' } }, { data: { a: '1' } }, 2],
    ['is each field of what goes as a whole', { data: { a: '1', b: { c: '2', d: '3' } } }, {}, 3],
    ['is an item by its name', { env: [{ name: 'A' }, { name: 'B', value: '1' }] }, { env: [{ name: 'A' }] }, 1],
    ['is an item that nothing names', { args: ['a', 'b', 'c'] }, { args: ['b'] }, 2],
    ['is no order', { env: [{ name: 'A' }, { name: 'B' }] }, { env: [{ name: 'B' }, { name: 'A' }] }, 0],
  ])('%s', (_name, before, after, count) => {
    expect(lost(before, after)).toHaveLength(count);
    expect(lost(before, after, false), 'not taken over').toBeNull();
  });

  it('is told by keyed hashes that are the same as long as the field is', () => {
    const [one] = lost({ data: { a: '1', b: '2' } }, { data: { b: '2' } }) ?? [];
    expect(lost({ data: { a: 'other', c: '3' } }, {})).toContain(one);
    expect(one).toMatch(/^[0-9a-f]{16}$/);
  });
});
