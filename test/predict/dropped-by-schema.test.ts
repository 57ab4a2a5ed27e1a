import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/domain/json.ts';
import { eventually } from '../eventually.ts';
import { configMap, object } from '../objects.ts';
import { allow, around, changeOf, type PredictionWorld, predictionWorld, type StagePlan } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('dropped');
});
afterAll(async () => await world?.close());

const text = { type: 'string' };
const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const spec = (properties: JsonObject, more: JsonObject = {}) => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...more } },
});

interface Version {
  readonly name: string;
  readonly schema: JsonObject;
  readonly served?: boolean;
}

/** Widgets of a group of their own; the first version is the one that is stored. */
function widgets(group: string) {
  const definition = (...versions: readonly Version[]) =>
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `widgets.${group}`, {
      spec: {
        group,
        names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
        scope: 'Namespaced',
        versions: versions.map(({ name, schema, served = true }, index) => ({
          name,
          served,
          storage: index === 0,
          schema: { openAPIV3Schema: schema },
        })),
      },
    });
  const path = (namespace: string, version: string) => `/apis/${group}/${version}/namespaces/${namespace}/widgets`;
  const make = async (namespace: string, name: string, body: JsonObject, version = 'v1') => {
    const widget = { apiVersion: `${group}/${version}`, kind: 'Widget', metadata: { name }, ...body };
    await eventually(async () => {
      const answer = await world.cluster.admin.request('POST', path(namespace, version), widget);
      expect(answer.body).toMatchObject(body);
      return true;
    });
  };
  const read = async (namespace: string, name: string, version = 'v1'): Promise<unknown> =>
    (await world.cluster.admin.request('GET', `${path(namespace, version)}/${name}`)).body;
  return { definition, make, read, path, name: `widgets.${group}` };
}

/** What a change of the definition takes away, by the plan; undefined: nothing. */
async function dropped(
  group: string,
  before: readonly Version[],
  after: readonly Version[],
  objects: (make: ReturnType<typeof widgets>['make'], namespace: string) => Promise<void>,
  change: Partial<StagePlan> = {},
) {
  const namespace = group.replaceAll('.', '-');
  const kind = widgets(group);
  const stage = await world.namespace(namespace);
  const released = [kind.definition(...before), configMap('kept')];
  const ledger = await stage.release(...released);
  await objects(kind.make, namespace);
  const merged = [kind.definition(...after), configMap('kept')];
  const planned = await stage.plan({
    ledger,
    released,
    merged,
    change: allow([namespace], ['CustomResourceDefinition']),
    ...change,
  });
  const found = changeOf(planned, 'CustomResourceDefinition', kind.name);
  const release = async () => await stage.release(kind.definition(...after));
  const { confirmReasons } = planned.plan;
  return { found, goesWith: found.goesWith, confirmReasons, release, namespace, ...kind };
}

describe('A definition that knows fields no more', () => {
  const old = spec({
    a: text,
    b: { type: 'object', properties: { deep: text, kept: text } },
    list: { type: 'array', items: { type: 'object', properties: { one: text, two: text } } },
    map: { type: 'object', additionalProperties: { type: 'object', properties: { one: text, two: text } } },
    unused: text,
    free: open,
  });
  const next = spec({
    b: { type: 'object', properties: { kept: text } },
    list: { type: 'array', items: { type: 'object', properties: { one: text } } },
    map: { type: 'object', additionalProperties: { type: 'object', properties: { one: text } } },
    free: open,
  });
  const whole = {
    a: '1',
    b: { deep: '1', kept: '1' },
    list: [{ one: '1', two: '2' }],
    map: { x: { one: '1', two: '2' } },
    free: { anything: '1' },
  };

  it('takes them from the objects that hold them, asks a second person, and does just that', async () => {
    const { found, confirmReasons, release, read, namespace } = await dropped(
      'all.example',
      [{ name: 'v1', schema: old }],
      [{ name: 'v1', schema: next }],
      async (make, namespace) => {
        await make(namespace, 'whole', { spec: whole });
        await make(namespace, 'half', { spec: { a: '1' } });
        await make(namespace, 'fine', { spec: { b: { kept: '1' }, free: { unused: '1' } } });
      },
    );
    const fields = ['spec.a', 'spec.b.deep', 'spec.list[].two', 'spec.map.*.two'];
    expect(found).toMatchObject({
      action: 'update',
      goesWith: { kind: 'dropped-fields', of: 'Widget', fields, count: 2, outside: 0, whole: true },
      effects: [{ kind: 'drops-fields', of: 'Widget', fields, count: 2, whole: true }],
    });
    expect(confirmReasons).toEqual([
      `drops fields of 2 objects of kind Widget with CustomResourceDefinition widgets.all.example (${fields.join(', ')})`,
    ]);
    await release();
    await eventually(async () => {
      expect(specOf(await read(namespace, 'whole'))).toEqual({
        b: { kept: '1' },
        list: [{ one: '1' }],
        map: { x: { one: '1' } },
        free: { anything: '1' },
      });
      return true;
    });
    expect(specOf(await read(namespace, 'half'))).toEqual({});
    expect(specOf(await read(namespace, 'fine'))).toEqual({ b: { kept: '1' }, free: { unused: '1' } });
  });

  it('takes nothing and asks nobody where no object holds any', async () => {
    const { found, confirmReasons } = await dropped(
      'none.example',
      [{ name: 'v1', schema: old }],
      [{ name: 'v1', schema: next }],
      async (make, namespace) => await make(namespace, 'fine', { spec: { b: { kept: '1' } } }),
    );
    expect(found).toMatchObject({ action: 'update', effects: [] });
    expect(found.goesWith).toBeUndefined();
    expect(confirmReasons).toEqual([]);
  });

  it('and keeps what it does not know takes nothing; one that no longer keeps it takes that', async () => {
    const keeps = spec({}, { 'x-kubernetes-preserve-unknown-fields': true });
    const make = async (one: ReturnType<typeof widgets>['make'], namespace: string) =>
      await one(namespace, 'w', { spec: { a: '1', z: '1' } });
    const kept = await dropped(
      'keeps.example',
      [{ name: 'v1', schema: spec({ a: text, z: text }) }],
      [{ name: 'v1', schema: keeps }],
      make,
    );
    expect(kept.goesWith).toBeUndefined();
    const shut = await dropped(
      'shut.example',
      [{ name: 'v1', schema: keeps }],
      [{ name: 'v1', schema: spec({ a: text }) }],
      make,
    );
    expect(shut.goesWith).toMatchObject({ fields: ['spec.z'], count: 1 });
  });

  it('takes what is inside of what it kept and now knows', async () => {
    const held = { spec: { config: { a: '1', z: '1' } } };
    const known = { type: 'object', properties: { a: text } };
    const { goesWith, release, read, namespace } = await dropped(
      'known.example',
      [{ name: 'v1', schema: spec({}, { 'x-kubernetes-preserve-unknown-fields': true }) }],
      [{ name: 'v1', schema: spec({ config: known }, { 'x-kubernetes-preserve-unknown-fields': true }) }],
      async (make, into) => await make(into, 'w', held),
    );
    expect(goesWith).toMatchObject({ fields: ['spec.config.z'], count: 1 });
    await release();
    await eventually(async () => {
      expect(specOf(await read(namespace, 'w'))).toEqual({ config: { a: '1' } });
      return true;
    });
  });

  it('says all that may be lost where not all of its objects may be read', async () => {
    const { found, confirmReasons } = await dropped(
      'unread.example',
      [{ name: 'v1', schema: old }],
      [{ name: 'v1', schema: next }],
      async (make, namespace) => await make(namespace, 'fine', { spec: {} }),
      {
        through: (cluster) =>
          around(cluster, {
            list: (query, signal) => {
              const told = { subject: cluster.name, message: 'no', retryable: false, cause: null };
              const isAsked = query.kind === 'Widget' && query.namespace === null;
              return isAsked ? Promise.reject(new Failure('cluster-forbidden', told)) : cluster.list(query, signal);
            },
          }),
      },
    );
    const fields = ['spec.a', 'spec.b.deep', 'spec.list[].two', 'spec.map.*.two', 'spec.unused'];
    expect(found.goesWith).toMatchObject({ fields, count: 0, whole: false });
    expect(confirmReasons).toHaveLength(1);
  });
});

describe('A definition with two versions', () => {
  const both = spec({ a: text, b: text });
  const one = spec({ a: text });
  const v1 = { name: 'v1', schema: both };
  const holding = async (make: ReturnType<typeof widgets>['make'], namespace: string) =>
    await make(namespace, 'w', { spec: { a: '1', b: '1' } });

  it('takes nothing where only the one that is not stored drops a field: the other still has it', async () => {
    const before = [v1, { name: 'v2', schema: both }];
    const after = [v1, { name: 'v2', schema: one }];
    const { goesWith, release, read, namespace } = await dropped('other.example', before, after, holding);
    expect(goesWith).toBeUndefined();
    await release();
    await eventually(async () => {
      expect(specOf(await read(namespace, 'w', 'v2'))).toEqual({ a: '1' });
      return true;
    });
    expect(specOf(await read(namespace, 'w'))).toEqual({ a: '1', b: '1' });
  });

  it('takes nothing where the stored one is served no more: the other has it', async () => {
    const before = [v1, { name: 'v2', schema: both }];
    const after = [
      { ...v1, served: false },
      { name: 'v2', schema: both },
    ];
    const { goesWith, release, read, namespace } = await dropped('unserved.example', before, after, holding);
    expect(goesWith).toBeUndefined();
    await release();
    await eventually(async () => {
      return !isJsonObject(await read(namespace, 'w'));
    });
    expect(specOf(await read(namespace, 'w', 'v2'))).toEqual({ a: '1', b: '1' });
  });

  it('takes what the next stored one does not know, with the next write', async () => {
    const before = [v1, { name: 'v2', schema: one }];
    const after = [{ name: 'v2', schema: one }, v1];
    const { goesWith, release, read, path, namespace } = await dropped('moved.example', before, after, holding);
    expect(goesWith).toMatchObject({ fields: ['spec.b'], count: 1 });
    await release();
    await eventually(async () => {
      const labels = { written: String(performance.now()) };
      await world.cluster.admin.request('PATCH', `${path(namespace, 'v1')}/w`, { metadata: { labels } });
      expect(specOf(await read(namespace, 'w'))).toEqual({ a: '1' });
      return true;
    });
  });

  it('takes what one drops that objects were stored in before', async () => {
    const v2 = { name: 'v2', schema: both };
    const moved = async (make: ReturnType<typeof widgets>['make'], namespace: string) => {
      await holding(make, namespace);
      const { definition, name } = widgets('once.example');
      const place = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
      await world.cluster.admin.request('PATCH', place, { spec: definition(v2, v1)['spec'] ?? null });
    };
    const after = [v2, { name: 'v1', schema: one }];
    const { goesWith, release, read, namespace } = await dropped('once.example', [v1], after, moved);
    expect(goesWith).toMatchObject({ fields: ['spec.b'], count: 1, whole: true });
    await release();
    await eventually(async () => {
      expect(specOf(await read(namespace, 'w', 'v2'))).toEqual({ a: '1' });
      return true;
    });
  });

  it('may not lose the stored one: the API server refuses that by itself', async () => {
    const before = [v1, { name: 'v2', schema: both }];
    const { found } = await dropped('refused.example', before, [{ name: 'v2', schema: both }], holding);
    expect(found).toMatchObject({ action: 'blocked' });
  });
});

function specOf(object: unknown): Json | undefined {
  return isJsonObject(object) ? object['spec'] : undefined;
}
