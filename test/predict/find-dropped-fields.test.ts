import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { findDroppedFields } from '../../src/predict/find-dropped-fields.ts';
import { object, objectIn } from '../objects.ts';

const text = { type: 'string' };
const definition = (spec: JsonObject) =>
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.com', {
    spec: {
      group: 'example.com',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: spec } } } },
        },
      ],
    },
  });

describe('What objects lose by a narrower schema', () => {
  const before = definition({ map: { type: 'object', additionalProperties: text } });
  const after = definition({ map: { type: 'object', properties: { kept: text } } });

  /** Of so many objects, each with a name of its own in the map. */
  async function dropped(count: number) {
    const objects = Array.from({ length: count }, (_, index) =>
      objectIn('shop', 'example.com/v1', 'Widget', `w${index}`, { spec: { map: { kept: '1', [`n${index}`]: '1' } } }),
    );
    const cluster = {
      kinds: () => Promise.resolve([]),
      list: () => Promise.resolve(objects),
      read: () => Promise.resolve({ kind: 'absent' } as const),
    };
    const { signal } = new AbortController();
    return await findDroppedFields(before, after, { cluster, namespaces: ['shop'], signal });
  }

  it('is said by name', async () => {
    expect(await dropped(2)).toMatchObject({ fields: ['spec.map.n0', 'spec.map.n1'], count: 2, whole: true });
  });

  it('is said as the schema has it where there are too many names to agree to', async () => {
    expect(await dropped(1_000)).toMatchObject({ fields: ['spec.map.*'], count: 1_000, whole: true });
  });
});
