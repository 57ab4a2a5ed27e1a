/** One attempt to deliver a webhook, as `GET /app/hook/deliveries` tells it. */
export interface Delivery {
  readonly id: number;
  /** The same for a redelivery. */
  readonly guid: string;
  readonly appId: number;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly event: string;
  readonly action: string | null;
  readonly redelivery: boolean;
  readonly deliveredAt: string;
  readonly durationSeconds: number;
  /** `OK`, or what went wrong. */
  readonly status: string;
  /** The receiver's; 0 where there was none. */
  readonly statusCode: number;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** The JSON that was (or would have been) sent. */
  readonly payload: string;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
}

/** A webhook on its way. */
export type Parcel = Pick<
  Delivery,
  'guid' | 'appId' | 'installationId' | 'repositoryId' | 'event' | 'action' | 'redelivery' | 'payload'
>;

export interface Receiver {
  readonly url: string;
  readonly secret: string;
  readonly hookId: number;
}

/** The longest GitHub waits for an answer. https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks */
export const deliveryTimeoutMs = 10_000;
/** Larger payloads are not delivered. https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
export const payloadCap = 25 * 1024 * 1024;
