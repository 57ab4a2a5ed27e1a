import type { Redis } from 'ioredis';
import type { Deliveries } from '../../ports/deliveries.ts';
import { answerWithinMs, keyPrefix, within } from './connection.ts';

// GitHub keeps deliveries for 3 days, in which they can be sent again
// (docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries).
const rememberedMs = 3 * 24 * 3_600_000;

export function redisDeliveries(client: Redis): Deliveries {
  const keyOf = (delivery: string): string => `${keyPrefix}:delivery:${delivery}`;
  return {
    seen: (delivery) =>
      within(answerWithinMs, `delivery ${delivery}`, async () => (await client.exists(keyOf(delivery))) === 1),
    remember: (delivery) =>
      within(answerWithinMs, `delivery ${delivery}`, async () => {
        await client.set(keyOf(delivery), '1', 'PX', rememberedMs, 'NX');
      }),
  };
}
