import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { isJsonObject, type Json } from '../../src/domain/json.ts';
import { type KubernetesObject, type ObjectReference, referenceOf } from '../../src/domain/manifest.ts';
import { contentOf } from '../../src/plan/fields/content.ts';
import { differences } from '../../src/plan/fields/differences.ts';
import { pathText } from '../../src/plan/fields/path.ts';
import { takeoverOf } from '../../src/plan/fields/takeover/predecessors.ts';
import type { PlannedObject } from '../../src/predict/predicted-plan.ts';
import { applyObject } from '../../src/release/apply/apply-object.ts';
import { crds } from '../adapters/kubernetes/made-objects.ts';
import { patient } from '../adapters/kubernetes/open-access.ts';
import { eventually } from '../eventually.ts';
import { inNamespace } from '../objects.ts';
import { droppable, everyKind, schema } from './wide-manifests.ts';
import { type PredictionWorld, predictionWorld, reasonOf, type Stage } from './world.ts';

let world: PredictionWorld;
let stage: Stage;
beforeAll(async () => {
  world = await predictionWorld('dropped-fields');
  stage = await world.namespace('dropped');
  await world.cluster.admin.apply(`${crds}/wides.example.com`, schema);
  await eventually(async () => {
    const { body } = await world.cluster.admin.request('GET', '/apis/example.com/v1');
    return JSON.stringify(body).includes('"name":"wides"');
  });
});
afterAll(async () => await world?.close());

/** A copy of an object, and what Git says of it: without one field. */
interface Case {
  readonly path: readonly (string | number)[];
  readonly before: KubernetesObject;
  readonly merged: KubernetesObject;
}

function casesOf(object: KubernetesObject): readonly Case[] {
  return droppable(object).map((path, index) => {
    const named = (one: KubernetesObject): KubernetesObject =>
      inNamespace(stage.name, { ...one, metadata: { ...one.metadata, name: `${one.kind.toLowerCase()}-${index}` } });
    return { path, before: named(object), merged: named(without(object, path) as KubernetesObject) };
  });
}

/** Where a release does not do what its plan says. */
async function surprisesOf(cases: readonly Case[]): Promise<readonly string[]> {
  await Promise.all(cases.map(({ merged, before }) => make(referenceOf(merged), before)));
  const merged = cases.map((one) => one.merged);
  const { objects } = await stage.plan({ base: [], merged, environment: { conflicts: 'take' } });
  const surprises = cases.map(async ({ path, merged: { metadata } }) => {
    const planned = objects.find(({ reference }) => reference.name === metadata.name);
    const surprise = planned === undefined ? 'nothing was planned' : await surpriseOf(planned);
    return surprise === null ? [] : [`${path.join('.')}: ${surprise}`];
  });
  return (await Promise.all(surprises)).flat();
}

async function surpriseOf(planned: PlannedObject): Promise<string | null> {
  const { desired, live, change, reference } = planned;
  if (desired === null || change === null || live.kind !== 'present') return 'nothing was planned';
  // What is blocked is never released: here it is, to see that it could not have been.
  const takeover = planned.takeover ?? takeoverOf(live.object, [], { adopt: [], ignore: [] });
  const ports = { cluster: world.access.own, clock: systemClock };
  const outcome = await applyObject({ ...planned, desired, ...(takeover && { takeover }) }, ports, patient);
  if (change.action === 'blocked' || outcome.kind !== 'applied') {
    const same = change.action === 'blocked' && outcome.kind === 'refused';
    return same || change.certainty.kind === 'estimated'
      ? null
      : `planned ${change.action} (${JSON.stringify(reasonOf(change))}), then ${JSON.stringify(outcome)}`;
  }
  const after = await world.access.own.read(reference, patient);
  if (after.kind !== 'present') return 'it is gone';
  const said = change.paths.map((one) => one.path).toSorted();
  const happened = differences([contentOf(live.object), contentOf(after.object)]).map((one) => pathText(one.path));
  if (JSON.stringify(said) === JSON.stringify(happened.toSorted())) return null;
  return change.certainty.kind === 'estimated' ? null : `said ${said.join()}, happened ${happened.join()}`;
}

async function make({ group, version, kind }: ObjectReference, object: KubernetesObject): Promise<void> {
  const served = await world.access.own.served(group === '' ? version : `${group}/${version}`, kind, patient);
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const there = `${api}/namespaces/${stage.name}/${served?.plural}?fieldManager=helm`;
  const { status, body } = await world.cluster.admin.request('POST', there, object);
  if (status >= 300) throw new Error(JSON.stringify(body));
}

function without(value: Json, [place, ...rest]: readonly (string | number)[]): Json {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    return items.flatMap((item, index) => {
      if (index !== place) return [item];
      return rest.length === 0 ? [] : [without(item, rest)];
    });
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (name !== place || member === undefined) return [[name, member] as const];
    return rest.length === 0 ? [] : [[name, without(member, rest)] as const];
  });
  return Object.fromEntries(members);
}

describe('A field that Git drops of what helm made', () => {
  it.each(everyKind.map((object) => [object.kind, object] as const))(
    'goes, stays or blocks as predicted, whichever it is: %s',
    async (_kind, object) => {
      const cases = casesOf(object);
      expect(await surprisesOf(cases)).toEqual([]);
      expect(cases.length).toBeGreaterThan(3);
    },
    60_000,
  );
});
