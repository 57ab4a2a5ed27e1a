import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  readonly event: string;
  readonly action: string | null;
  readonly guid: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly raw: string;
  readonly payload: Readonly<Record<string, never>>;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** `event` or `event.action`, in the order of arrival. */
  readonly names: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** What an app's server is to GitHub: takes webhooks and answers with a status. */
export async function startWebhookReceiver(status: () => number = () => 202): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const payload = JSON.parse(raw);
      received.push({
        event: String(request.headers['x-github-event']),
        action: payload.action ?? null,
        guid: String(request.headers['x-github-delivery']),
        headers: request.headers,
        raw,
        payload,
      });
      response.writeHead(status()).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/github/webhooks`,
    received,
    names: () => received.map(({ event, action }) => (action === null ? event : `${event}.${action}`)),
    stop: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}
