import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { judgeLink, planLink } from '../../domain/plan-link.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PlanLinks } from '../../ports/plan-links.ts';
import { answerWithinMs, keyPrefix, within } from './connection.ts';

const keyName = `${keyPrefix}:link-key`;

/**
 * Links signed with a random key that is kept in Redis, beside what they lead to (ADR 25): made by whoever needs it first.
 * `url`: where the pages are, without a slash at the end; null: nowhere.
 */
export function redisPlanLinks(client: Redis, url: string | null, clock: Pick<Clock, 'now'>): PlanLinks {
  const key = (): Promise<Buffer> =>
    within(answerWithinMs, keyName, async () => {
      const kept = await client.getBuffer(keyName);
      if (kept !== null) return kept;
      const made = randomBytes(32);
      // Of two who make one at once, the first one's is everybody's.
      await client.set(keyName, made, 'NX');
      return (await client.getBuffer(keyName)) ?? made;
    });
  return {
    linkTo: async (plan) => (url === null ? null : planLink(plan, { url, key: await key() })),
    docs: url === null ? null : `${url}/docs`,
    judge: async (link) => judgeLink(link, await key(), clock.now()),
  };
}
