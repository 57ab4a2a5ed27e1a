import { z } from 'zod';
import type { Environment } from '../../domain/environment.ts';
import type { Inspection, PlanRecord } from '../../domain/inspection.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Desired, ReleaseReport } from '../../domain/release.ts';
import type { Rendering } from '../../domain/rendering.ts';

/*
 * What records look like in Redis: exactly the types of the domain. Another version of Fairlead may have written them,
 * so they are parsed like anything from outside.
 */

/** Holds a shape to a type of the domain, both ways: the compiler refuses what either has and the other has not. */
function exactly<T>() {
  return <S extends z.ZodType<T>>(shape: S & (T extends z.output<S> ? unknown : 'the shape lacks something')): S =>
    shape;
}

const text = z.string();
const line = z.int().nullable();
const list = <S extends z.ZodType>(item: S) => z.array(item).readonly();
const texts = list(text);
const count = z.int().nonnegative();
const json = z.custom<Json>((value) => value !== undefined);
const repository = z.strictObject({ id: z.int(), owner: text, name: text, installation: z.int() });
const origin = z.strictObject({ file: text, line });
const problem = z.strictObject({ file: text.nullable(), line, path: text.nullable(), message: text });

// The renderer has checked the objects; only what every reader relies on is looked at again, for there may be thousands.
const kubernetesObject = z.custom<KubernetesObject>(
  (value) =>
    isJsonObject(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isJsonObject(value['metadata']) &&
    typeof value['metadata']['name'] === 'string',
);

export const rendering = exactly<Rendering | 'unrenderable'>()(
  z.union([
    z.literal('unrenderable'),
    z.strictObject({
      id: text,
      renderer: z.strictObject({ kind: z.enum(['plain', 'kustomize']), version: text }),
      manifests: list(z.strictObject({ object: kubernetesObject, origin: origin.nullable() })),
      passedOver: list(origin),
      remarks: list(problem),
    }),
  ]),
);

const environment = exactly<Environment>()(
  z.strictObject({
    name: text,
    cluster: text,
    path: text,
    namespace: text,
    follow: z.strictObject({ kind: z.literal('branch'), branch: text }),
    mode: z.enum(['release', 'manual', 'observe']),
    after: texts,
    prune: z.boolean(),
    confirm: z.strictObject({ deletions: count, kinds: texts }),
    conflicts: z.enum(['take', 'leave', 'block']),
    healthTimeoutMs: count,
    settleMs: count,
    ignore: list(z.strictObject({ kind: text, name: text.nullable(), path: text, line })),
  }),
);

export const inspection = exactly<Inspection>()(
  z.strictObject({
    repository,
    number: z.int(),
    author: text,
    visibility: z.enum(['public', 'private']),
    head: text,
    base: text,
    baseRef: text,
    defaultBranch: text,
    at: text,
    outcome: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('inspected'),
        environments: list(
          z.strictObject({
            environment,
            state: z.discriminatedUnion('kind', [
              z.strictObject({
                kind: z.literal('affected'),
                baseRendering: text.nullable(),
                mergedRendering: text.nullable(),
              }),
              z.strictObject({ kind: z.literal('unaffected') }),
              z.strictObject({ kind: z.literal('refused'), problems: list(problem) }),
              z.strictObject({ kind: z.literal('denied'), reason: text }),
            ]),
          }),
        ),
      }),
      z.strictObject({ kind: z.literal('conflict'), files: texts }),
      z.strictObject({ kind: z.literal('fork-waits') }),
      z.strictObject({ kind: z.literal('settings-unreadable') }),
    ]),
    settingsChanges: texts,
    settingsProblems: list(problem),
  }),
);

const identity = z.strictObject({ group: text, kind: text, namespace: text.nullable(), name: text });

const change = z.strictObject({
  identity,
  action: z.enum(['create', 'update', 'delete', 'replace', 'unchanged', 'blocked', 'unknown']),
  origin: origin.nullable(),
  certainty: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('exact') }),
    z.strictObject({ kind: z.literal('estimated'), why: text }),
    z.strictObject({ kind: z.literal('unknown'), why: text }),
  ]),
  paths: list(
    z
      .strictObject({
        path: text,
        // JSON knows no `undefined`: a value that is not there is not written.
        before: json.optional(),
        after: json.optional(),
        causes: list(z.enum(['drift', 'unreleased', 'pull-request', 'already', 'claim'])),
        manager: z.strictObject({ name: text, at: text.nullable() }).nullable(),
      })
      .transform(({ before, after, ...rest }) => ({ ...rest, before, after })),
  ),
  diff: text,
  reason: z
    .strictObject({
      code: z.enum([
        'invalid',
        'immutable',
        'unknown-field',
        'malformed',
        'namespace-missing',
        'kind-missing',
        'forbidden',
        'denied',
        'quota',
        'stale',
        'too-large',
        'not-allowed',
        'claim',
        'owned-elsewhere',
        'identity-mismatch',
        'refused-manifest',
        'unreadable',
        'moving',
      ]),
      message: text,
    })
    .nullable(),
  warnings: texts,
  adopted: z.boolean(),
  fromPullRequest: z.boolean(),
  effect: text,
});

const plan = exactly<Plan>()(
  z.strictObject({
    repository,
    environment: text,
    cluster: text,
    clusterVersion: text,
    namespace: text,
    compared: z.strictObject({
      released: text.nullable(),
      base: text,
      head: text,
      pullRequest: z.int().nullable(),
    }),
    at: text,
    changes: list(change),
    unchanged: count,
    hidden: list(z.strictObject({ identity, path: text, rule: text })),
    problems: list(problem),
    digest: text,
    confirm: texts,
  }),
);

export const planRecord = exactly<PlanRecord>()(
  z.strictObject({
    head: text,
    base: text,
    outcome: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('planned'), plan }),
      z.strictObject({ kind: z.literal('failed'), reason: text, at: text }),
    ]),
  }),
);

export const desired = exactly<Desired>()(
  z.strictObject({
    repository,
    environment,
    defaultBranch: text,
    commit: text,
    rendering: text.nullable(),
    settings: text,
    asked: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('push') }),
      z.strictObject({ kind: z.literal('sync'), by: text, at: text }),
      z.strictObject({ kind: z.literal('sweep') }),
    ]),
    gate: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('open') }),
      z.strictObject({ kind: z.literal('waiting'), reason: text }),
    ]),
    confirmations: list(z.strictObject({ digest: text, by: text })),
    pullRequest: z.strictObject({ number: z.int(), author: text }).nullable(),
    at: text,
  }),
);

export const report = exactly<ReleaseReport>()(
  z.strictObject({
    repository,
    environment: text,
    cluster: text,
    commit: text,
    state: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('waiting'), reason: text, confirm: text.nullable(), plan: plan.nullable() }),
      z.strictObject({ kind: z.literal('blocked'), reasons: texts, plan: plan.nullable() }),
      z.strictObject({ kind: z.literal('applying'), applied: count, of: count }),
      z.strictObject({ kind: z.literal('observing'), ready: count, of: count, reasons: texts }),
      z.strictObject({ kind: z.literal('converged'), objects: count, tookMs: count, url: text.nullable() }),
      z.strictObject({ kind: z.literal('diverged'), reasons: texts }),
      z.strictObject({ kind: z.literal('unchanged'), objects: count }),
      z.strictObject({ kind: z.literal('error'), reason: text, since: text }),
    ]),
    at: text,
  }),
);
