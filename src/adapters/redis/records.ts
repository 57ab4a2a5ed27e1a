import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type { PlanRecord } from '../../domain/inspection.ts';
import { previewedBy } from '../../domain/inspection.ts';
import type { Previewed } from '../../domain/merge-group.ts';
import type { Plan } from '../../domain/plan.ts';
import { planKeptMs } from '../../domain/plan-link.ts';
import type { Repository } from '../../domain/repository.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Records } from '../../ports/records.ts';
import { answerWithinMs, keyPrefix, within } from './connection.ts';
import { planRecord } from './plan-shape.ts';
import { readRecord, recordKey, transferWithinMs, writtenRecord } from './record-codec.ts';
import * as shapes from './record-shapes.ts';
import type { RedisRenderings } from './renderings.ts';

const day = 24 * 3_600_000;

/** How long what is not written again is kept. */
const keptMs = {
  inspection: 14 * day,
  plan: planKeptMs,
  digest: planKeptMs,
  shown: planKeptMs,
  desired: 400 * day,
  report: 400 * day,
  told: 400 * day,
  orphans: 400 * day,
  cluster: 400 * day,
} as const;

// Of comments by when they were let: forgets the old ones, and takes in no more than the bound allows.
const admit = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 1 end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1`;

/**
 * Records in Redis: canonical JSON, compressed (Zstandard). A record that cannot be read is deleted and reads as "not
 * here now", with a warning: every one of them can be made again.
 */
export function redisRecords(client: Redis, log: Logger, renderings: RedisRenderings): Records {
  const write = async <T>(kind: keyof typeof keptMs, name: string, shape: z.ZodType<T>, value: T): Promise<void> => {
    const key = recordKey(kind, name);
    const bytes = (await writtenRecord(shape, value)).bytes;
    await within(transferWithinMs, key, () => client.set(key, bytes, 'PX', keptMs[kind]));
  };

  const read = <T>(kind: keyof typeof keptMs, name: string, shape: z.ZodType<T>): Promise<T | null> => {
    const key = recordKey(kind, name);
    return within(transferWithinMs, key, async () => {
      const bytes = await client.getBuffer(key);
      if (bytes === null) return null;
      const parsed = await readRecord(bytes, shape);
      if (parsed.kind === 'read') return parsed.value;
      log.warn('unreadable record deleted, it will be made again', { record: key, why: parsed.why });
      await client.del(key);
      return null;
    });
  };

  // A pull request's plan is replaced by its next one; under its digest it stays for whoever follows a link to it.
  const savePlan = async (name: string, record: PlanRecord): Promise<void> => {
    const key = recordKey('plan', name);
    const bytes = (await writtenRecord(planRecord, record)).bytes;
    const keys = record.outcome.kind === 'planned' ? [key, recordKey('digest', record.outcome.plan.digest)] : [key];
    await within(transferWithinMs, key, () =>
      Promise.all(keys.map((one) => client.set(one, bytes, 'PX', keptMs.plan))),
    );
  };

  const planByDigest = async (digest: string): Promise<Plan | null> => {
    const record = await read('digest', digest, planRecord);
    return record?.outcome.kind === 'planned' ? record.outcome.plan : null;
  };

  return {
    rendering: (id) => renderings.find(id),
    saveRendering: (rendering) => renderings.save(rendering),
    markUnrenderable: (id) => renderings.markUnrenderable(id),
    inspection: (repository, of) => read('inspection', ofPreviewed(repository, of), shapes.inspection),
    saveInspection: (inspection) =>
      write('inspection', ofPreviewed(inspection.repository, previewedBy(inspection)), shapes.inspection, inspection),
    plan: (repository, of, environment) => read('plan', `${ofPreviewed(repository, of)}/${environment}`, planRecord),
    savePlan: (repository, of, environment, plan) => savePlan(`${ofPreviewed(repository, of)}/${environment}`, plan),
    planByDigest,
    shownPlan: async (repository, number, environment) => {
      const shown = await read('shown', `${ofPreviewed(repository, number)}/${environment}`, shapes.shown);
      return shown === null ? null : await planByDigest(shown.digest);
    },
    saveShown: (repository, number, environment, digest) =>
      write('shown', `${ofPreviewed(repository, number)}/${environment}`, shapes.shown, { digest }),
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
    admitAnswer: (installation, comment, { most, withinMs, now }) => {
      const key = `${keyPrefix}:answers:${installation}`;
      return within(
        answerWithinMs,
        key,
        async () => (await client.eval(admit, 1, key, comment, now, now - withinMs, most, withinMs)) === 1,
      );
    },
  };
}

function ofPreviewed(repository: Repository, of: Previewed): string {
  return `${repository.id}#${of}`;
}

function ofEnvironment(repository: Repository, environment: string): string {
  return `${repository.id}/${environment}`;
}
