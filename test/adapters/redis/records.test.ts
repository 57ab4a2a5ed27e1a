import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { redisRecords } from '../../../src/adapters/redis/records.ts';
import { redisRenderings } from '../../../src/adapters/redis/renderings.ts';
import type { Rendering } from '../../../src/domain/rendering.ts';
import type { Logger } from '../../../src/ports/logger.ts';
import type { Records } from '../../../src/ports/records.ts';
import { acmeShop as repository } from '../../acme-shop.ts';
import { aDesired, recordsContract } from '../../contracts/records.ts';
import { keepingLogger, silentLogger } from '../../fakes/logger.ts';
import { ownRedis } from './own-redis.ts';

const redis = ownRedis();

const recordsWith = (log: Logger): Records => redisRecords(redis.client, log, redisRenderings(redis.client, log));

recordsContract('the records in Redis', () =>
  Promise.resolve({ records: recordsWith(silentLogger), close: () => Promise.resolve() }),
);

describe('the records in Redis', () => {
  const key = '{fairlead}:record:report:7/staging';
  let log: ReturnType<typeof keepingLogger>;
  let records: Records;
  beforeEach(() => {
    log = keepingLogger();
    records = recordsWith(log);
  });

  it.each([
    ['is no compressed text', Buffer.from('hello')],
    ['is no JSON', () => compressed('{"repository":')],
    ['is of another shape', () => compressed('{"repository":{"id":7},"commit":"hunter2"}')],
  ])(
    'a record that %s is deleted and reads as not here, with a warning that quotes nothing of it',
    async (_, bytes) => {
      await redis.client.set(key, typeof bytes === 'function' ? await bytes() : bytes);
      expect(await records.report(repository, 'staging')).toBeNull();
      expect(await redis.client.exists(key)).toBe(0);
      expect(log.lines).toMatchObject([{ level: 'warn', fields: { record: key } }]);
      expect(JSON.stringify(log.lines)).not.toContain('hunter2');
    },
  );

  it('what is desired of a repository that was not said to be private, by another version, is of a public one', async () => {
    const { visibility: _, ...ofBefore } = aDesired;
    await redis.client.set('{fairlead}:record:desired:7/staging', await compressed(JSON.stringify(ofBefore)));
    expect(await records.desired(repository, 'staging')).toMatchObject({
      commit: 'a'.repeat(40),
      visibility: 'public',
    });
  });

  it('a rendering of thousands of objects takes a small part of its size and lives a day from its last reading', async () => {
    const rendering = manyObjects(5_000);
    await records.saveRendering(rendering);
    const [stored = ''] = await redis.client.keys('{fairlead}:record:rendering:*');
    expect(await redis.client.strlen(stored)).toBeLessThan(JSON.stringify(rendering).length / 10);
    await redis.client.pexpire(stored, 60_000);
    expect(await records.rendering(rendering.id)).toEqual(rendering);
    expect(await redis.client.pttl(stored)).toBeGreaterThan(86_000_000);
  });

  it('nothing is kept for ever', async () => {
    await records.markUnrenderable('0'.repeat(64));
    await records.savePlan(repository, 1, 'staging', {
      head: '0',
      base: '0',
      outcome: { kind: 'failed', reason: '', at: '' },
    });
    for (const stored of await redis.client.keys('*')) {
      expect(await redis.client.pttl(stored)).toBeGreaterThan(0);
    }
  });
});

function manyObjects(count: number): Rendering {
  return {
    id: 'f'.repeat(64),
    renderer: { kind: 'plain', version: '1' },
    manifests: Array.from({ length: count }, (_, index) => ({
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c-${index}` }, data: { key: 'value', index } },
      origin: { file: `deploy/${index}.yaml`, line: 1 },
    })),
    passedOver: [],
    remarks: [],
  };
}

function compressed(text: string): Promise<Buffer> {
  return promisify(zstdCompress)(Buffer.from(text));
}
