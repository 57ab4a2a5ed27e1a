import { z } from 'zod';
import type { ClusterFacts } from '../../domain/cluster-facts.ts';
import type { Environment } from '../../domain/environment.ts';
import type { Inspection } from '../../domain/inspection.ts';
import { isJsonObject } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import type { OrphanCount, Orphaned } from '../../domain/orphaned.ts';
import type { Desired, ReleaseReport, Told } from '../../domain/release.ts';
import type { Rendering } from '../../domain/rendering.ts';
import type { SettingsChange } from '../../domain/settings-change.ts';
import { exactly } from './exactly.ts';
import { plan } from './plan-shape.ts';
import { count, line, list, origin, problem, repository, text, texts } from './shape-parts.ts';

/*
 * What records look like in Redis: exactly the types of the domain. Another version of Fairlead may have written them,
 * so they are parsed like anything from outside. Members that are not of the domain are left out, when they are written
 * and when they are read.
 */

// The renderer has checked the objects; only what every reader relies on is looked at again, for there may be thousands.
const kubernetesObject = z.custom<KubernetesObject>(
  (value) =>
    isJsonObject(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isJsonObject(value['metadata']) &&
    typeof value['metadata']['name'] === 'string',
);

export const renderer = z.object({ kind: z.enum(['plain', 'kustomize', 'helm']), version: text });
const renderedFrom = z.object({ renderer, manifests: count, differing: texts, more: count });

export const rendering = exactly<Rendering | 'unrenderable'>()(
  z.union([
    z.literal('unrenderable'),
    z.object({
      id: text,
      renderer,
      manifests: list(
        z.object({
          object: kubernetesObject,
          origin: origin.nullable(),
          lines: list(count).exactOptional(),
          hook: z.object({ phase: z.enum(['before', 'after']), weight: z.int() }).exactOptional(),
        }),
      ),
      passedOver: list(origin),
      remarks: list(problem),
    }),
  ]),
);

export const clusterFacts = exactly<ClusterFacts>()(z.object({ cluster: text, version: text, apis: texts }));

const environment = exactly<Environment>()(
  z.object({
    name: text,
    cluster: text,
    path: text,
    namespace: text,
    follow: z.object({ kind: z.literal('branch'), branch: text }),
    mode: z.enum(['release', 'manual', 'observe']),
    after: texts,
    prune: z.boolean(),
    confirm: z.object({ deletions: count, kinds: texts }),
    conflicts: z.enum(['take', 'leave', 'block']),
    foreign: z.enum(['report', 'block', 'remove']),
    adopt: texts,
    helm: z.object({ release: text.nullable(), values: texts }),
    healthTimeoutMs: count,
    settleMs: count,
    ignore: list(
      z.object({
        kind: text.nullable(),
        name: text.nullable(),
        path: text.nullable(),
        manager: text.nullable(),
        line,
      }),
    ),
  }),
);

const proposal = z.object({
  environment,
  at: z.object({ file: text, line: count, pathLine: count }),
  allowance: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('allowed') }),
    z.object({ kind: z.literal('denied'), reason: text }),
  ]),
  pathMissing: z.boolean(),
  valuesMissing: list(z.object({ file: text, line: count })).exactOptional(),
});

const settingsChange = exactly<SettingsChange>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('adds'), proposal }),
    z.object({
      kind: z.literal('changes'),
      proposal,
      differences: list(z.object({ setting: text, before: text, after: text })),
    }),
    z.object({ kind: z.literal('removes'), environment: text, cluster: text }),
    z.object({ kind: z.literal('removes-all') }),
  ]),
);

/** Which plan was shown. */
export const shown = z.object({ digest: text });

export const inspection = exactly<Inspection>()(
  z.object({
    repository,
    number: z.int(),
    queue: text.nullable(),
    visibility: z.enum(['public', 'private']),
    head: text,
    base: text,
    baseRef: text,
    defaultBranch: text,
    at: text,
    outcome: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('inspected'),
        environments: list(
          z.object({
            environment,
            state: z.discriminatedUnion('kind', [
              z.object({
                kind: z.literal('affected'),
                baseRendering: text.nullable(),
                mergedRendering: text.nullable(),
                from: renderedFrom.nullable(),
                facts: text.exactOptional(),
              }),
              z.object({ kind: z.literal('unaffected'), from: renderedFrom.nullable() }),
              z.object({ kind: z.literal('refused'), problems: list(problem) }),
              z.object({ kind: z.literal('denied'), reason: text }),
              z.object({ kind: z.literal('removed') }),
            ]),
          }),
        ),
      }),
      z.object({ kind: z.literal('conflict'), files: texts }),
      z.object({ kind: z.literal('fork-waits') }),
      z.object({ kind: z.literal('settings-unreadable') }),
    ]),
    settingsChanges: list(settingsChange),
    settingsProblems: list(problem),
  }),
);

const departure = z.object({ cluster: text, commit: text });

const ofEnvironment = {
  repository,
  environment,
  defaultBranch: text,
  // A record of before it was kept: the stricter shows only what Git shows.
  visibility: z.enum(['public', 'private']).default('public'),
  commit: text,
  departure: departure.nullable(),
  at: text,
};

export const desired = exactly<Desired>()(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('wanted'),
      ...ofEnvironment,
      rendering: text.nullable(),
      settings: text,
      asked: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('push') }),
        z.object({
          kind: z.literal('sync'),
          by: text,
          at: text,
          reply: z.object({ number: z.int(), comment: z.int() }).exactOptional(),
        }),
        z.object({ kind: z.literal('sweep') }),
      ]),
      gate: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('open') }),
        z.object({ kind: z.literal('waiting'), reason: text }),
      ]),
      confirmations: list(z.object({ digest: text, by: text })),
      pullRequest: z.object({ number: z.int(), author: text }).nullable(),
      carries: list(z.int()).default([]),
    }),
    z.object({ kind: z.literal('withheld'), ...ofEnvironment, reason: text }),
    z.object({ kind: z.literal('removed'), ...ofEnvironment, departure }),
  ]),
);

const orphaned = exactly<Orphaned>()(
  z.object({ cluster: text, namespace: text.nullable(), objects: count.nullable() }),
);

export const report = exactly<ReleaseReport>()(
  z.object({
    repository,
    environment: text,
    cluster: text,
    commit: text,
    state: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('waiting'), reason: text, confirmDigest: text.nullable(), plan: plan.nullable() }),
      z.object({ kind: z.literal('blocked'), reasons: texts, plan: plan.nullable() }),
      z.object({ kind: z.literal('applying'), applied: count, of: count }),
      z.object({ kind: z.literal('observing'), ready: count, of: count, reasons: texts }),
      z.object({
        kind: z.literal('converged'),
        objects: count,
        tookMs: count,
        url: text.nullable(),
        alsoAt: z.object({ urls: texts, more: count }).exactOptional(),
        orphaned: orphaned.exactOptional(),
      }),
      z.object({ kind: z.literal('diverged'), reasons: texts, orphaned: orphaned.exactOptional() }),
      z.object({ kind: z.literal('unchanged'), objects: count, orphaned: orphaned.exactOptional() }),
      z.object({ kind: z.literal('orphaned'), orphaned: orphaned.nullable() }),
      z.object({ kind: z.literal('error'), reason: text, since: text }),
    ]),
    at: text,
  }),
);

export const told = exactly<Told>()(z.object({ report, orphaned: z.object({ commit: text, orphaned }).nullable() }));

export const orphanCount = exactly<OrphanCount>()(
  z.object({ repository, environment: text, cluster: text, commit: text, orphaned: orphaned.nullable() }),
);
