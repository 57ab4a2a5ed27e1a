import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type { PlanRecord } from '../../domain/inspection.ts';
import { previewedBy } from '../../domain/inspection.ts';
import { canonicalJson, type Json, parseJson } from '../../domain/json.ts';
import type { Previewed } from '../../domain/merge-group.ts';
import { planKeptMs } from '../../domain/plan-link.ts';
import type { Rendering } from '../../domain/rendering.ts';
import type { Repository } from '../../domain/repository.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Records } from '../../ports/records.ts';
import { answerWithinMs, keyPrefix, within } from './connection.ts';
import * as shapes from './record-shapes.ts';

const day = 24 * 3_600_000;

/** How long what is not written again is kept; a rendering is kept anew by who reads it. */
const keptMs = {
  rendering: day,
  inspection: 14 * day,
  plan: planKeptMs,
  digest: planKeptMs,
  desired: 400 * day,
  report: 400 * day,
  told: 400 * day,
  orphans: 400 * day,
  cluster: 400 * day,
} as const;

// Far above what a repository may render, far below what would end the process.
const maxOutputLength = 512 * 1024 * 1024;
// A record of tens of megabytes takes a while on the way.
const transferWithinMs = 4 * answerWithinMs;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/**
 * Records in Redis: canonical JSON, compressed (Zstandard). A record that cannot be read is deleted and reads as "not
 * here now", with a warning: every one of them can be made again.
 */
export function redisRecords(client: Redis, log: Logger): Records {
  const write = async <T>(kind: keyof typeof keptMs, name: string, shape: z.ZodType<T>, value: T): Promise<void> => {
    const key = keyOf(kind, name);
    const bytes = await encode(shape, value);
    await within(transferWithinMs, key, () => client.set(key, bytes, 'PX', keptMs[kind]));
  };

  // A rendering is the same whenever it is saved, and the same one is saved by every job that comes upon it.
  const encodedRenderings = new WeakMap<Rendering, Promise<Buffer>>();
  const saveRendering = async (rendering: Rendering): Promise<void> => {
    const key = keyOf('rendering', rendering.id);
    const encoding = encodedRenderings.get(rendering) ?? encode(shapes.rendering, rendering);
    encodedRenderings.set(rendering, encoding);
    const bytes = await encoding;
    await within(transferWithinMs, key, () => client.set(key, bytes, 'PX', keptMs.rendering));
  };

  const read = <T>(kind: keyof typeof keptMs, name: string, shape: z.ZodType<T>): Promise<T | null> => {
    const key = keyOf(kind, name);
    return within(transferWithinMs, key, async () => {
      const bytes =
        kind === 'rendering' ? await client.getexBuffer(key, 'PX', keptMs[kind]) : await client.getBuffer(key);
      if (bytes === null) return null;
      const parsed = await parse(bytes, shape);
      if (parsed.kind === 'read') return parsed.value;
      log.warn('unreadable record deleted, it will be made again', { record: key, why: parsed.why });
      await client.del(key);
      return null;
    });
  };

  // A pull request's plan is replaced by its next one; under its digest it stays for whoever follows a link to it.
  const savePlan = async (name: string, record: PlanRecord): Promise<void> => {
    const key = keyOf('plan', name);
    const bytes = await encode(shapes.planRecord, record);
    const keys = record.outcome.kind === 'planned' ? [key, keyOf('digest', record.outcome.plan.digest)] : [key];
    await within(transferWithinMs, key, () =>
      Promise.all(keys.map((one) => client.set(one, bytes, 'PX', keptMs.plan))),
    );
  };

  return {
    rendering: (id) => read('rendering', id, shapes.rendering),
    saveRendering,
    markUnrenderable: (id) => write('rendering', id, shapes.rendering, 'unrenderable'),
    inspection: (repository, of) => read('inspection', ofPreviewed(repository, of), shapes.inspection),
    saveInspection: (inspection) =>
      write('inspection', ofPreviewed(inspection.repository, previewedBy(inspection)), shapes.inspection, inspection),
    plan: (repository, of, environment) =>
      read('plan', `${ofPreviewed(repository, of)}/${environment}`, shapes.planRecord),
    savePlan: (repository, of, environment, plan) => savePlan(`${ofPreviewed(repository, of)}/${environment}`, plan),
    planByDigest: async (digest) => {
      const record = await read('digest', digest, shapes.planRecord);
      return record?.outcome.kind === 'planned' ? record.outcome.plan : null;
    },
    desired: (repository, environment) => read('desired', ofEnvironment(repository, environment), shapes.desired),
    saveDesired: (desired) =>
      write('desired', ofEnvironment(desired.repository, desired.environment.name), shapes.desired, desired),
    report: (repository, environment) => read('report', ofEnvironment(repository, environment), shapes.report),
    saveReport: (report) =>
      write('report', ofEnvironment(report.repository, report.environment), shapes.report, report),
    told: (repository, environment) => read('told', ofEnvironment(repository, environment), shapes.told),
    saveTold: (told) =>
      write('told', ofEnvironment(told.report.repository, told.report.environment), shapes.told, told),
    orphanCount: (repository, environment, cluster) =>
      read('orphans', `${ofEnvironment(repository, environment)}@${cluster}`, shapes.orphanCount),
    saveOrphanCount: (count) => {
      const { repository, environment, cluster } = count;
      return write('orphans', `${ofEnvironment(repository, environment)}@${cluster}`, shapes.orphanCount, count);
    },
    clusterFacts: (cluster) => read('cluster', cluster, shapes.clusterFacts),
    saveClusterFacts: (facts) => write('cluster', facts.cluster, shapes.clusterFacts, facts),
  };
}

type Parsed<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'unreadable'; readonly why: string };

async function encode<T>(shape: z.ZodType<T>, value: T): Promise<Buffer> {
  // What could not be read again must not be written: whoever asks for it would have it made again for ever.
  const written = shape.parse(value);
  // The domain's types are JSON by construction, which an interface cannot say to the compiler.
  return await compress(canonicalJson(written as Json));
}

async function parse<T>(bytes: Buffer, shape: z.ZodType<T>): Promise<Parsed<T>> {
  try {
    const text = await decompress(bytes, { maxOutputLength });
    const parsed = shape.safeParse(parseJson(text.toString('utf8')));
    if (parsed.success) return { kind: 'read', value: parsed.data };
    // Where, not what: a record may hold what a cluster said.
    return {
      kind: 'unreadable',
      why: parsed.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', '),
    };
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.name : 'unknown' };
  }
}

function keyOf(kind: keyof typeof keptMs, name: string): string {
  return `${keyPrefix}:record:${kind}:${name}`;
}

function ofPreviewed(repository: Repository, of: Previewed): string {
  return `${repository.id}#${of}`;
}

function ofEnvironment(repository: Repository, environment: string): string {
  return `${repository.id}/${environment}`;
}
