import { z } from 'zod';
import type { Effect } from '../../domain/effect.ts';
import { exactly } from './exactly.ts';
import { identity, list, text, texts } from './shape-parts.ts';

const number = z.number().nullable();
const identities = list(identity);
const claims = z.object({ fate: z.enum(['deleted', 'kept']), count: z.int().nonnegative(), names: texts });
const exposure = z.enum(['LoadBalancer', 'NodePort']);

/** What an effect looks like in Redis: exactly the type of the domain. */
export const effect = exactly<Effect>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('restarts-pods'), pods: number, manner: z.enum(['rolling', 'at-once']) }),
    z.object({ kind: z.literal('restarts-later'), until: z.enum(['deleted', 'resumed', 'next-run']) }),
    z.object({ kind: z.literal('restarts-nothing'), workloads: identities }),
    z.object({ kind: z.literal('stops-pods'), pods: number, by: z.enum(['deletion', 'replacement', 'scaling']) }),
    z.object({ kind: z.literal('scales'), from: number, to: z.number(), back: z.boolean(), dropped: z.boolean() }),
    z.object({ kind: z.literal('sets-replicas'), from: number, to: z.number(), autoscaler: identity }),
    z.object({ kind: z.literal('moves-image'), containers: texts, from: text, to: text }),
    z.object({ kind: z.literal('runs-moving-tag'), images: texts }),
    z.object({ kind: z.literal('deletes-data'), claims: claims.nullable() }),
    z.object({ kind: z.literal('leaves-volume') }),
    z.object({ kind: z.literal('keeps-claims'), claims, all: z.boolean() }),
    z.object({ kind: z.literal('renames-claims'), gone: texts, come: texts }),
    z.object({ kind: z.literal('leaves-claims'), templates: texts }),
    z.object({ kind: z.literal('deletes-namespace') }),
    z.object({ kind: z.literal('deletes-kind') }),
    z.object({
      kind: z.literal('drops-fields'),
      of: text,
      fields: texts,
      count: z.int().nonnegative(),
      whole: z.boolean(),
    }),
    z.object({ kind: z.literal('leaves-without'), workloads: identities }),
    z.object({ kind: z.literal('removes-key'), keys: texts, workloads: identities }),
    z.object({ kind: z.literal('ends-traffic') }),
    z.object({ kind: z.literal('moves-selector'), from: text, to: text }),
    z.object({
      kind: z.literal('changes-ports'),
      closes: texts,
      opens: texts,
      moves: z.array(z.object({ port: text, from: text, to: text })).readonly(),
    }),
    z.object({ kind: z.literal('selects-nothing') }),
    z.object({ kind: z.literal('leaves-services'), services: identities }),
    z.object({ kind: z.literal('moves-hosts'), gone: texts, come: texts }),
    z.object({
      kind: z.literal('moves-backends'),
      moves: z.array(z.object({ where: text, from: text.nullable(), to: text.nullable() })).readonly(),
    }),
    z.object({ kind: z.literal('ends-exposure'), type: exposure }),
    z.object({ kind: z.literal('lacks'), objects: identities }),
    z.object({ kind: z.literal('exposes'), type: exposure }),
    z.object({ kind: z.literal('grants'), rules: texts, grave: z.boolean() }),
    z.object({ kind: z.literal('binds'), subjects: texts, role: text, grave: z.boolean() }),
    z.object({ kind: z.literal('empowers-pods'), powers: texts }),
    z.object({ kind: z.literal('mounts-token') }),
    z.object({ kind: z.literal('opens-network'), rules: number }),
    z.object({ kind: z.literal('blocks-evictions'), budget: identity, workloads: identities }),
    z.object({ kind: z.literal('frees-evictions') }),
  ]),
);
