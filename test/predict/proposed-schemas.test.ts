import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { eventually } from '../eventually.ts';
import { object } from '../objects.ts';
import { allow, changeOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('schemas');
});
afterAll(async () => await world?.close());

/** A kind of its own for each test: `Widget1` in the group `s1.example`. */
function kindOf(index: number) {
  const group = `s${index}.example`;
  const kind = `Widget${index}`;
  const plural = kind.toLowerCase().concat('s');
  const definition = (spec: JsonObject, more: JsonObject = {}, versions: readonly string[] = ['v1']) =>
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `${plural}.${group}`, {
      spec: {
        group,
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        scope: 'Namespaced',
        versions: versions.map((name, at) => ({
          name,
          served: true,
          storage: at === 0,
          schema: {
            openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', ...more, properties: spec } } },
          },
        })),
      },
    });
  const widget = (spec: Json, version = 'v1') => object(`${group}/${version}`, kind, 'w', { spec });
  return { group, kind, definition, widget };
}

const several = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, port: { type: 'integer' } } },
};

/** What the schema says, what the object says, and at which field the API server refuses it. */
const cases: readonly (readonly [string, JsonObject, JsonObject, JsonObject, string | null])[] = [
  ['a field that is not there', { size: { type: 'integer' } }, {}, { sise: 1 }, 'spec.sise'],
  ['a text for an integer', { size: { type: 'integer' } }, {}, { size: '1' }, 'spec.size'],
  ['a fraction for an integer', { size: { type: 'integer' } }, {}, { size: 1.5 }, 'spec.size'],
  ['a list for an object', { inner: { type: 'object', properties: {} } }, {}, { inner: [] }, 'spec.inner'],
  ['a number too large', { size: { type: 'integer', maximum: 10 } }, {}, { size: 11 }, 'spec.size'],
  [
    'a number too small',
    { size: { type: 'integer', minimum: 1, exclusiveMinimum: true } },
    {},
    { size: 1 },
    'spec.size',
  ],
  ['no word of the list', { mode: { type: 'string', enum: ['a', 'b'] } }, {}, { mode: 'c' }, 'spec.mode'],
  ['a text too long', { mode: { type: 'string', maxLength: 2 } }, {}, { mode: 'abc' }, 'spec.mode'],
  ['a text of another pattern', { mode: { type: 'string', pattern: '^[a-z]+$' } }, {}, { mode: 'A' }, 'spec.mode'],
  ['what is required and missing', { size: { type: 'integer' } }, { required: ['size'] }, {}, 'spec.size'],
  ['what is required and has a default', { size: { type: 'integer', default: 1 } }, { required: ['size'] }, {}, null],
  ['too few items', { list: { type: 'array', minItems: 1, items: { type: 'string' } } }, {}, { list: [] }, 'spec.list'],
  [
    'a text in a list of numbers',
    { list: { type: 'array', items: { type: 'integer' } } },
    {},
    { list: [1, 'a'] },
    'spec.list[1]',
  ],
  [
    'a set that says a thing twice',
    { list: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } } },
    {},
    { list: ['a', 'a'] },
    'spec.list[1]',
  ],
  ['two items of one name', { list: several }, {}, { list: [{ name: 'a' }, { name: 'a' }] }, 'spec.list[1]'],
  ['an unknown field in an item', { list: several }, {}, { list: [{ name: 'a', prot: 1 }] }, 'spec.list[0].prot'],
  ['an integer or a text', { port: { 'x-kubernetes-int-or-string': true } }, {}, { port: 'http' }, null],
  ['neither integer nor text', { port: { 'x-kubernetes-int-or-string': true } }, {}, { port: true }, 'spec.port'],
  [
    'anything where unknown fields are kept',
    { any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    {},
    { any: { a: [1] } },
    null,
  ],
  [
    'a map of texts with a number',
    { map: { type: 'object', additionalProperties: { type: 'string' } } },
    {},
    { map: { a: 1 } },
    'spec.map.a',
  ],
  [
    'a map of texts',
    { map: { type: 'object', additionalProperties: { type: 'string' } } },
    {},
    { map: { 'a.b/c': 'x' } },
    null,
  ],
  ['null where null may be', { size: { type: 'integer', nullable: true } }, {}, { size: null }, null],
  [
    'an object inside',
    {
      template: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      },
    },
    {},
    { template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: {} } },
    null,
  ],
  [
    'one of two',
    { a: { type: 'integer' }, b: { type: 'integer' } },
    { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    { a: 1, b: 1 },
    'spec',
  ],
  [
    'any of two',
    { a: { type: 'integer' }, b: { type: 'integer' } },
    { anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    {},
    'spec',
  ],
  ['a field of an object that declares none', { any: { type: 'object' } }, {}, { any: { a: 1 } }, null],
  [
    'an integer or a text, as generators write it',
    {
      port: {
        'x-kubernetes-int-or-string': true,
        anyOf: [{ type: 'integer' }, { type: 'string' }],
        pattern: '^[0-9]+%$',
      },
    },
    {},
    { port: 80 },
    null,
  ],
  ['null where null may not be', { size: { type: 'integer' } }, {}, { size: null }, 'spec.size'],
  ['null where there is a default', { size: { type: 'integer', default: 1 } }, {}, { size: null }, null],
  ['null for what is required', { size: { type: 'integer' } }, { required: ['size'] }, { size: null }, 'spec.size'],
  ['null in a list', { list: { type: 'array', items: { type: 'string' } } }, {}, { list: [null] }, 'spec.list[0]'],
  ['a whole number written as a fraction', { size: { type: 'integer' } }, {}, { size: 2.0 }, null],
  ['an integer for a number', { size: { type: 'number', multipleOf: 2 } }, {}, { size: 3 }, 'spec.size'],
  ['an item without its key', { list: several }, {}, { list: [{ port: 1 }] }, 'spec.list[0].name'],
  [
    'an unknown field inside of what keeps unknown fields',
    {
      open: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { shut: { type: 'object', properties: { a: { type: 'string' } } } },
      },
    },
    {},
    { open: { b: 1, shut: { c: 1 } } },
    null,
  ],
  ['none of these', { a: { type: 'string' } }, { not: { required: ['a'] } }, { a: 'x' }, 'spec'],
];

describe('A custom resource of a kind that comes with it is accepted or refused as the API server will:', () => {
  it.each(cases.map((one, index) => [index, ...one] as const))(
    '%i %s',
    async (index, _name, properties, more, spec, field) => {
      const { kind, definition, widget } = kindOf(index);
      const stage = await world.namespace(`schema-${index}`);
      const change = allow([stage.name], ['CustomResourceDefinition']);
      const before = changeOf(
        await stage.plan({ merged: [definition(properties, more), widget(spec)], change }),
        kind,
        'w',
      );
      const ledger = await stage.release(definition(properties, more));
      const released = [definition(properties, more)];
      const after = await eventually(async () => {
        const plan = await stage.plan({ ledger, released, merged: [...released, widget(spec)], change });
        const found = changeOf(plan, kind, 'w');
        expect(found.certainty.kind).toBe('exact');
        return found;
      });
      expect(before.action).toBe(field === null ? 'create' : 'blocked');
      expect(after.action).toBe(before.action);
      expect(reasonOf(before)?.message ?? '').toContain(field ?? '');
    },
  );
});

describe('A custom resource under a CRD of the same plan', () => {
  const size = { size: { type: 'integer', maximum: 10 } };

  it('has every fault told at its line, and spoils no other object', async () => {
    const { kind, definition, widget } = kindOf(100);
    const stage = await world.namespace('together');
    const other = { ...widget({ size: 1 }), metadata: { name: 'fine' } };
    const merged = [definition(size), widget({ size: 11, sise: 2 }), other];
    const plan = await stage.plan({ merged, change: allow(['together'], ['CustomResourceDefinition']) });
    const at = { file: 'deploy/all.yaml', line: 11 };
    expect(reasonOf(changeOf(plan, kind, 'w'))).toMatchObject({
      code: 'unknown-field',
      faults: [
        { origin: at, message: 'spec.size: should be less than or equal to 10' },
        { origin: at, message: 'spec.sise: field not declared in schema' },
      ],
    });
    expect(changeOf(plan, kind, 'fine')).toMatchObject({ action: 'create', certainty: { kind: 'estimated' } });
    expect(changeOf(plan, 'CustomResourceDefinition', 'widget100s.s100.example')).toMatchObject({
      action: 'create',
      certainty: { kind: 'exact' },
    });
  });

  it('is told what was not checked', async () => {
    const { kind, definition, widget } = kindOf(101);
    const stage = await world.namespace('unchecked');
    const rules = { 'x-kubernetes-validations': [{ rule: 'self.size > 1' }] };
    const host = { host: { type: 'string', pattern: '^([a-z]+[.])*[a-z]+$' } };
    const merged = [definition({ ...size, ...host }, rules), widget({ size: 1, host: 'a' })];
    const plan = await stage.plan({ merged, change: allow(['unchecked'], ['CustomResourceDefinition']) });
    expect(changeOf(plan, kind, 'w').certainty).toEqual({
      kind: 'estimated',
      why: 'CustomResourceDefinition widget101s.s101.example is created by the same plan; CEL rules and patterns of its schema are not checked',
    });
  });

  it('has the defaults of the new schema, whether it changes or not, as the API server sets them then', async () => {
    const { kind, definition, widget, group } = kindOf(103);
    const stage = await world.namespace('defaulted');
    const change = allow(['defaulted'], ['CustomResourceDefinition']);
    const old = definition(size);
    await stage.release(old);
    await eventually(async () => (await world.cluster.admin.request('GET', `/apis/${group}/v1`)).status === 200);
    const named = (name: string, value: number) => ({ ...widget({ size: value }), metadata: { name } });
    const released = [old, named('stays', 1), named('grows', 1)];
    const ledger = await eventually(async () => await stage.release(...released));
    const wide = definition({ ...size, mode: { type: 'string', default: 'fast' } });
    const merged = [wide, named('stays', 1), named('grows', 2)];
    const plan = await stage.plan({ ledger, released, merged, change });
    const added = { path: 'spec.mode', before: undefined, after: 'fast', causes: ['pull-request'] };
    const why = `CustomResourceDefinition widget103s.${group} is changed by the same plan, and sets what Git does not say`;
    expect(changeOf(plan, kind, 'stays')).toMatchObject({
      action: 'update',
      certainty: { kind: 'estimated', why },
      paths: [added],
      diff: ' spec:\n+  mode: fast',
    });
    expect(changeOf(plan, kind, 'grows')).toMatchObject({
      action: 'update',
      certainty: { kind: 'estimated' },
      paths: [{ path: 'spec.size', before: 1, after: 2 }, added],
    });
    await stage.release(wide);
    await eventually(async () => {
      const path = `/apis/${group}/v1/namespaces/defaulted/widget103s/stays`;
      const { body } = await world.cluster.admin.request('GET', path);
      expect(body).toMatchObject({ spec: { size: 1, mode: 'fast' } });
      return true;
    });
  });

  it('that lives and does not change is blocked where the new schema knows a field no more, or serves its version no more', async () => {
    const { kind, definition, widget } = kindOf(102);
    const stage = await world.namespace('narrowed');
    const change = allow(['narrowed'], ['CustomResourceDefinition']);
    const wide = definition({ ...size, old: { type: 'string' } }, {}, ['v2', 'v1']);
    await stage.release(wide);
    await eventually(async () =>
      expect((await world.cluster.admin.request('GET', '/apis/s102.example/v1')).status).toBe(200),
    );
    const lives = widget({ size: 9, old: 'x' });
    const released = [wide, lives];
    const ledger = await eventually(async () => await stage.release(...released));
    const plan = async (proposed: ReturnType<typeof definition>) =>
      changeOf(await stage.plan({ ledger, released, merged: [proposed, lives], change }), kind, 'w');
    expect(await plan(definition(size, {}, ['v2', 'v1']))).toMatchObject({
      action: 'blocked',
      reason: { code: 'unknown-field', message: 'spec.old: field not declared in schema' },
    });
    expect(reasonOf(await plan(definition({ ...size, old: { type: 'string' } }, {}, ['v2'])))).toMatchObject({
      code: 'kind-missing',
      message: expect.stringContaining('does not serve Widget102 in v1, only in v2'),
    });
    // A value that lives already may stay although the new schema would not take it.
    const lower = { size: { type: 'integer', maximum: 5 }, old: { type: 'string' } };
    const { plan: kept } = await stage.plan({
      ledger,
      released,
      merged: [definition(lower, {}, ['v2', 'v1']), lives],
      change,
    });
    expect(kept.changes.map(({ identity }) => identity.kind)).toEqual(['CustomResourceDefinition']);
  });
});
