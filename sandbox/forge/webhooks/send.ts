import { createHmac } from 'node:crypto';
import { type Delivery, deliveryTimeoutMs, type Parcel, type Receiver } from './delivery.ts';

export type Attempt = Omit<Delivery, 'id' | keyof Parcel>;

/** Sends a webhook once, as GitHub does: signed, within ten seconds, never again by itself. */
export async function sendParcel(parcel: Parcel, receiver: Receiver, now: () => Date): Promise<Attempt> {
  const started = performance.now();
  const requestHeaders = headersOf(parcel, receiver);
  const deliveredAt = now().toISOString();
  const done = (
    status: string,
    statusCode: number,
    answer?: { headers: Record<string, string>; body: string },
  ): Attempt => ({
    url: receiver.url,
    requestHeaders,
    deliveredAt,
    durationSeconds: Math.round(performance.now() - started) / 1000,
    status,
    statusCode,
    responseHeaders: answer?.headers ?? {},
    responseBody: answer?.body ?? '',
  });
  try {
    const response = await fetch(receiver.url, {
      method: 'POST',
      headers: requestHeaders,
      body: parcel.payload,
      redirect: 'manual',
      signal: AbortSignal.timeout(deliveryTimeoutMs),
    });
    const body = await response.text();
    const headers = Object.fromEntries(response.headers.entries());
    const status = response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`;
    return done(status, response.status, { headers, body });
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return late ? done('timed out', 504) : done('failed to connect to host', 502);
  }
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
