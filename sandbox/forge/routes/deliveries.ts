import { type Answer, json } from '../http/answer.ts';
import { notFound } from '../http/refusal.ts';
import type { ApiRequest, Routes } from '../http/route.ts';
import type { App } from '../state/accounts.ts';
import type { Delivery } from '../webhooks/delivery.ts';
import { numberInPath } from './input.ts';

type AppRequest = ApiRequest & { readonly app: App };

/** https://docs.github.com/rest/apps/webhooks */
export const deliveryRoutes: Routes = {
  'GET /app/hook/deliveries': { kind: 'app', answer: listDeliveries },
  'GET /app/hook/deliveries/{delivery_id}': {
    kind: 'app',
    answer: (request) => json(deliveryBody(deliveryInPath(request))),
  },
  'POST /app/hook/deliveries/{delivery_id}/attempts': {
    kind: 'app',
    answer: (request) => {
      request.world.webhooks.redeliver(deliveryInPath(request));
      return json({}, 202);
    },
  },
};

/** Newest first, by cursor: there are no page numbers. */
function listDeliveries(request: AppRequest): Answer {
  const { world, query } = request;
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const cursor = query.get('cursor');
  const status = query.get('status');
  const own = world.webhooks.deliveries
    .filter((delivery) => delivery.appId === request.app.id)
    .filter((delivery) => cursor === null || delivery.id <= Number(cursor))
    .filter((delivery) => status === null || (status === 'success') === isSuccess(delivery))
    .toReversed();
  const next = own[size];
  const headers: Record<string, string> = {};
  if (next !== undefined) {
    headers['link'] = `<${world.url}/api/v3/app/hook/deliveries?per_page=${size}&cursor=${next.id}>; rel="next"`;
  }
  return json(own.slice(0, size).map(itemBody), 200, headers);
}

function deliveryInPath(request: AppRequest): Delivery {
  const id = numberInPath(request, 'delivery_id');
  const found = request.world.webhooks.deliveries.find((row) => row.id === id && row.appId === request.app.id);
  if (found === undefined) throw notFound();
  return found;
}

function isSuccess(delivery: Delivery): boolean {
  return delivery.statusCode >= 200 && delivery.statusCode < 400;
}

/** `hook-delivery-item` */
function itemBody(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** `hook-delivery` */
function deliveryBody(delivery: Delivery) {
  const payload: unknown = JSON.parse(delivery.payload);
  return {
    ...itemBody(delivery),
    url: delivery.url,
    request: { headers: delivery.requestHeaders, payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
