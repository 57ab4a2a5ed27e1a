import type { Redis } from 'ioredis';
import { answerWithinMs, keyPrefix, within } from './connection.ts';

/** Webhook deliveries that were taken in already: GitHub, or a person there, may send one again. */
export interface Deliveries {
  seen(delivery: string): Promise<boolean>;
  /** Called after everything the delivery asks for is in the queue, so that one that was cut short counts as new. */
  remember(delivery: string): Promise<void>;
}

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
