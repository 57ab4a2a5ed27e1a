import { z } from 'zod';
import type { PlanRecord } from '../../domain/inspection.ts';
import type { Plan } from '../../domain/plan.ts';
import { effect } from './effect-shape.ts';
import { exactly } from './exactly.ts';
import { count, identity, json, list, origin, problem, repository, text, texts } from './shape-parts.ts';

const heldField = z.object({ path: text, manager: z.object({ name: text, at: text.nullable() }) });

const unplanned = z.object({ count, names: list(identity) });

const goesWith = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('contents'),
    counts: list(z.object({ kind: text, count })),
    unplanned,
    unread: z.union([texts, z.literal('everything')]),
  }),
  z.object({
    kind: z.literal('custom-resources'),
    of: text,
    count,
    namespaces: count,
    outside: count,
    unplanned,
    whole: z.boolean(),
  }),
  z.object({ kind: z.literal('dropped-fields'), of: text, fields: texts, count, outside: count, whole: z.boolean() }),
  z.object({
    kind: z.literal('volume'),
    size: text.nullable(),
    storageClass: text.nullable(),
    bound: text.nullable(),
    reclaimPolicy: text.nullable(),
  }),
  z.object({
    kind: z.literal('made-claims'),
    count,
    names: texts,
    templates: list(z.object({ size: text.nullable(), storageClass: text.nullable() })),
  }),
]);

const changeOfObject = z.object({
  identity,
  origin: origin.nullable(),
  certainty: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('exact') }),
    z.object({ kind: z.literal('estimated'), why: text }),
    z.object({ kind: z.literal('unknown'), why: text }),
  ]),
  paths: list(
    z
      .object({
        path: text,
        // JSON knows no `undefined`: a value that is not there is not written.
        before: json.optional(),
        after: json.optional(),
        causes: list(z.enum(['drift', 'unreleased', 'pull-request', 'already', 'claim'])),
        manager: z.object({ name: text, at: text.nullable() }).nullable(),
      })
      .transform(({ before, after, ...rest }) => ({ ...rest, before, after })),
  ),
  diff: text,
  warnings: texts,
  adopted: z.boolean(),
  loses: texts.exactOptional(),
  predecessors: texts.exactOptional(),
  fromPullRequest: z.boolean(),
  namesake: z.literal(true).exactOptional(),
  vanished: z.literal(true).exactOptional(),
  // A record of before they were kept has none.
  effects: list(effect).default([]),
  left: list(heldField).exactOptional(),
  foreign: z
    .object({
      fields: list(
        heldField
          .extend({ fate: z.enum(['stays', 'removed']), value: json.optional() })
          .transform(({ value, ...rest }) => ({ ...rest, value })),
      ),
      more: count,
    })
    .exactOptional(),
  goesWith: goesWith.exactOptional(),
  asks: z.literal(true).exactOptional(),
  effect: text,
});

const blockedReason = z.object({
  code: z.enum([
    'invalid',
    'immutable',
    'unknown-field',
    'malformed',
    'namespace-missing',
    'kind-missing',
    'role-missing',
    'forbidden',
    'denied',
    'quota',
    'stale',
    'too-large',
    'not-allowed',
    'claim',
    'foreign',
    'owned-elsewhere',
    'identity-mismatch',
    'refused-manifest',
    'unreadable',
    'moving',
  ]),
  message: text,
  faults: list(z.object({ origin, message: text })).exactOptional(),
});

const change = z.discriminatedUnion('action', [
  changeOfObject.extend({ action: z.enum(['create', 'update', 'delete', 'replace', 'unchanged']) }),
  changeOfObject.extend({ action: z.enum(['blocked', 'unknown']), reason: blockedReason }),
]);

/** What a plan looks like in Redis: exactly the type of the domain. */
export const plan = exactly<Plan>()(
  z.object({
    repository,
    environment: text,
    cluster: text,
    clusterVersion: text,
    namespace: text,
    compared: z.object({
      released: text.nullable(),
      base: text,
      head: text,
      pullRequest: z.int().nullable(),
    }),
    at: text,
    changes: list(change),
    unchanged: count,
    hidden: list(z.object({ identity, path: text, rule: text, count: count.exactOptional() })),
    foreign: list(heldField.extend({ identity, count })).exactOptional(),
    problems: list(problem),
    digest: text,
    confirmReasons: texts,
  }),
);

export const planRecord = exactly<PlanRecord>()(
  z.object({
    head: text,
    base: text,
    outcome: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('planned'), plan }),
      z.object({ kind: z.literal('failed'), reason: text, at: text }),
    ]),
    again: z.literal(true).exactOptional(),
  }),
);
