import { describe, expect, it } from 'vitest';
import { redisMadeRenderings } from '../../../src/adapters/redis/made-renderings.ts';
import { redisRenderings } from '../../../src/adapters/redis/renderings.ts';
import type { Rendering } from '../../../src/domain/rendering.ts';
import { silentLogger } from '../../fakes/logger.ts';
import { ownRedis } from './own-redis.ts';

const redis = ownRedis();

describe('what was rendered from which source', () => {
  it('is known after a restart, exactly as it was', async () => {
    const before = started();
    await before.made.keep('key', rendering('a.yaml'));
    const { made } = started();
    expect(await made.known('key')).toMatchObject({ id: 'x', manifests: 1, renderer: { kind: 'plain' } });
    expect(await made.find('key')).toEqual(rendering('a.yaml'));
    expect(await made.find('another')).toBeNull();
  });

  it('is not taken for another source of the same objects', async () => {
    const { made } = started();
    await made.keep('one', rendering('a.yaml'));
    await made.keep('two', rendering('b.yaml'));
    const later = started().made;
    expect(await later.find('two')).toEqual(rendering('b.yaml'));
    // Kept over by the other: it is rendered again.
    expect(await later.find('one')).toBeNull();
  });

  it('is missed, and nothing worse, where Redis was wiped, holds something else, or was written by another version', async () => {
    await started().made.keep('key', rendering('a.yaml'));
    expect(await started('2.0.0').made.find('key')).toBeNull();
    for (const key of await redis.client.keys('*:made:*')) await redis.client.set(key, '{"id":');
    expect(await started().made.find('key')).toBeNull();
    await started().made.keep('key', rendering('a.yaml'));
    await redis.wipe();
    expect(await started().made.find('key')).toBeNull();
    expect(await started().made.looks('place')).toEqual([]);
  });

  it('the rendering that the records give is the one that was rendered, held once', async () => {
    const { made, renderings } = started();
    const own = rendering('a.yaml');
    await made.keep('key', own);
    expect(await renderings.find('x')).toBe(own);
    expect(await made.find('key')).toBe(own);
    await renderings.markUnrenderable('x');
    expect(await renderings.find('x')).toBe('unrenderable');
  });

  it('a place remembers the last four sets of paths, each once', async () => {
    const { made } = started();
    for (const name of ['a', 'b', 'c', 'b', 'd', 'e']) await made.keepLooks('place', [name]);
    const latest = [['e'], ['d'], ['b'], ['c']];
    expect(await made.looks('place')).toEqual(latest);
    expect(await started().made.looks('place')).toEqual(latest);
    expect(await made.looks('elsewhere')).toEqual([]);
  });
});

function started(version = '1.0.0') {
  const renderings = redisRenderings(redis.client, silentLogger);
  return { renderings, made: redisMadeRenderings(redis.client, renderings, version) };
}

function rendering(file: string): Rendering {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
  const renderer = { kind: 'plain', version: '1' } as const;
  return { id: 'x', renderer, manifests: [{ object, origin: { file, line: 1 } }], passedOver: [], remarks: [] };
}
