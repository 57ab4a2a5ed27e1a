import { redisDeliveries } from '../adapters/redis/deliveries.ts';
import { takeDelivery } from '../webhooks/take-delivery.ts';
import { createVerifier } from '../webhooks/verify-signature.ts';
import { docsRoute } from './docs-route.ts';
import { planRoute } from './plan-route.ts';
import type { OpenRole, Platform } from './platform.ts';

/** Takes in webhooks, and shows whole plans. Holds the webhook's secret and Redis, and nothing else. */
export async function openWeb(platform: Platform, webhookSecret: string): Promise<OpenRole> {
  const { queue, records, planLinks, log } = platform;
  const verify = await createVerifier(webhookSecret);
  const deliveries = redisDeliveries(platform.connection.client);
  return {
    programs: {},
    dependencies: [],
    routes: [
      {
        method: 'POST',
        path: '/api/github/webhooks',
        answer: async ({ headers, body }) => {
          const receipt = await takeDelivery(
            {
              event: headers['x-github-event'],
              id: headers['x-github-delivery'],
              signature: headers['x-hub-signature-256'],
              body,
            },
            { verify, deliveries, queue, log },
          );
          return { ...receipt, type: 'text/plain' };
        },
      },
      planRoute({ records, planLinks }),
      docsRoute(new URL('../../docs/', import.meta.url)),
    ],
    // It works while the process listens.
    start: () => Promise.resolve(),
    drain: () => Promise.resolve(),
  };
}
