import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { Delivery, Parcel, Receiver } from './delivery.ts';

export type Attempt = Omit<Delivery, 'id' | keyof Parcel>;

/** Sends a webhook once, as GitHub does: signed, on a connection of its own, never again by itself. */
export async function sendParcel(
  parcel: Parcel,
  receiver: Receiver,
  options: { readonly now: () => Date; readonly timeoutMs: number },
): Promise<Attempt> {
  const started = performance.now();
  const requestHeaders = headersOf(parcel, receiver);
  const deliveredAt = options.now().toISOString();
  const outcome = await post(receiver.url, requestHeaders, parcel.payload, options.timeoutMs);
  return {
    url: receiver.url,
    requestHeaders,
    deliveredAt,
    durationSeconds: Math.round(performance.now() - started) / 1000,
    ...outcome,
  };
}

type Outcome = Pick<Attempt, 'status' | 'statusCode' | 'responseHeaders' | 'responseBody'>;

const unanswered = { responseHeaders: {}, responseBody: '' };

function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
): Promise<Outcome> {
  return new Promise((done) => {
    const request = http.request(url, { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => done({ ...unanswered, status: 'failed to connect to host', statusCode: 502 }));
      response.on('end', () => {
        clearTimeout(timer);
        const statusCode = response.statusCode ?? 0;
        const taken = statusCode >= 200 && statusCode < 300;
        done({
          status: taken ? 'OK' : `Invalid HTTP Response: ${statusCode}`,
          statusCode,
          responseHeaders: flat(response.headers),
          responseBody: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    const timer = setTimeout(() => {
      done({ ...unanswered, status: 'timed out', statusCode: 504 });
      request.destroy();
    }, timeoutMs);
    request.on('error', () => {
      clearTimeout(timer);
      done({ ...unanswered, status: 'failed to connect to host', statusCode: 502 });
    });
    request.end(body);
  });
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')] as const);
  return Object.fromEntries(entries);
}

function headersOf(parcel: Parcel, receiver: Receiver): Record<string, string> {
  const sign = (algorithm: string) => createHmac(algorithm, receiver.secret).update(parcel.payload).digest('hex');
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/fa17e1e',
    accept: '*/*',
    'x-github-delivery': parcel.guid,
    'x-github-event': parcel.event,
    'x-github-hook-id': String(receiver.hookId),
    'x-github-hook-installation-target-id': String(parcel.appId),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': `sha1=${sign('sha1')}`,
    'x-hub-signature-256': `sha256=${sign('sha256')}`,
  };
}
