import { describe, expect, it } from 'vitest';
import { redisPlanLinks } from '../../../src/adapters/redis/plan-links.ts';
import { ownRedis } from './own-redis.ts';

const plan = { digest: 'e'.repeat(64), at: '2026-11-20T14:02:11.000Z' };
const clock = { now: () => Date.parse(plan.at) };

describe('the links to plans', () => {
  const redis = ownRedis();

  const links = (url: string | null) => redisPlanLinks(redis.client, url, clock);
  const judged = async (link: string) => {
    const { searchParams } = new URL(link);
    const [until, signature] = ['until', 'signature'].map((name) => searchParams.get(name) ?? '');
    return links(null).judge({ digest: plan.digest, until: until ?? '', signature: signature ?? '' });
  };

  it('are made by one process and opened by another', async () => {
    const made = await Promise.all([1, 2, 3].map(() => links('https://fairlead.example.com').linkTo(plan)));
    expect(new Set(made).size).toBe(1);
    expect(await judged(made[0] ?? '')).toBe('valid');
  });

  it('are not made where there are no pages', async () => {
    expect(await links(null).linkTo(plan)).toBeNull();
  });

  it('end with the memory that holds the plans', async () => {
    const made = await links('https://fairlead.example.com').linkTo(plan);
    await redis.wipe();
    expect(await judged(made ?? '')).toBe('forged');
  });
});
