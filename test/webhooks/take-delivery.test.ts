import { createHmac } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { Deliveries } from '../../src/ports/deliveries.ts';
import { type RawDelivery, takeDelivery } from '../../src/webhooks/take-delivery.ts';
import { createVerifier, type VerifySignature } from '../../src/webhooks/verify-signature.ts';
import { keepingLogger } from '../fakes/logger.ts';
import { FakeQueue } from '../fakes/queue.ts';

const secret = 'It’s a secret to everybody';
const push = {
  repository: { id: 7, name: 'shop', owner: { login: 'acme' } },
  installation: { id: 11 },
  ref: 'refs/heads/main',
  before: 'a'.repeat(40),
  deleted: false,
};

function delivery(payload: unknown, more: Partial<RawDelivery> = {}): RawDelivery {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return { event: 'push', id: 'guid-1', signature, body, ...more };
}

describe('taking in a webhook', () => {
  let verify: VerifySignature;
  let queue: FakeQueue;
  let log: ReturnType<typeof keepingLogger>;
  let remembered: Set<string>;
  let deliveries: Deliveries;
  beforeAll(async () => {
    verify = await createVerifier(secret);
  });
  beforeEach(() => {
    queue = new FakeQueue();
    log = keepingLogger();
    remembered = new Set();
    deliveries = {
      seen: (id) => Promise.resolve(remembered.has(id)),
      remember: (id) => {
        remembered.add(id);
        return Promise.resolve();
      },
    };
  });
  const take = (raw: RawDelivery) => takeDelivery(raw, { verify, deliveries, queue, log });

  it('asks for its jobs and answers 202', async () => {
    expect(await take(delivery(push))).toMatchObject({ status: 202 });
    expect(queue.askedFor('fan-out-push')).toMatchObject([{ branch: 'main', asked: 'push' }]);
  });

  it('asks once for what is delivered twice', async () => {
    await take(delivery(push));
    expect(await take(delivery(push))).toMatchObject({ status: 202 });
    expect(queue.asks).toHaveLength(1);
    await take(delivery(push, { id: 'guid-2' }));
    expect(queue.asks).toHaveLength(2);
  });

  it.each(['event', 'id', 'signature'] as const)('refuses one without its %s with 400', async (header) => {
    expect(await take(delivery(push, { [header]: undefined }))).toMatchObject({ status: 400 });
    expect(queue.asks).toEqual([]);
  });

  it.each([
    ['of another body', delivery('{}').signature],
    ['cut short', 'sha256=1234'],
    ['of another kind', 'sha1=1234'],
    ['that is empty', ''],
  ])('refuses a signature %s with 401, and logs nothing of the payload', async (_, signature) => {
    expect(await take(delivery(push, { signature }))).toMatchObject({ status: 401 });
    expect(queue.asks).toEqual([]);
    expect(JSON.stringify(log.lines)).not.toMatch(/acme|refs/);
    expect(log.lines).toHaveLength(1);
  });

  it('verifies the very bytes, whatever they say', async () => {
    const text = JSON.stringify(push, null, 2).replace('main', 'größe\u2028');
    expect(await take(delivery(text))).toMatchObject({ status: 202 });
    expect(queue.askedFor('fan-out-push')).toMatchObject([{ branch: 'größe\u2028' }]);
  });

  it('refuses what it cannot read with 400, and takes what concerns nobody', async () => {
    expect(await take(delivery('{"ref":'))).toMatchObject({ status: 400 });
    expect(await take(delivery('{}', { event: 'star' }))).toMatchObject({ status: 202 });
    expect(queue.asks).toEqual([]);
  });

  it('answers 503 while Redis is away, and takes the same delivery once it is back', async () => {
    const away = new Failure('records-unreachable', { subject: 'x', message: 'x', retryable: true, cause: null });
    const broken = { ask: () => Promise.reject(away) };
    expect(await takeDelivery(delivery(push), { verify, deliveries, queue: broken, log })).toMatchObject({
      status: 503,
    });
    expect(remembered.size).toBe(0);
    expect(await take(delivery(push))).toMatchObject({ status: 202 });
    expect(queue.asks).toHaveLength(1);
  });

  it('asks again for a delivery that was cut short between asking and remembering', async () => {
    const cut = { ...deliveries, remember: () => Promise.reject(new Error('killed')) };
    await expect(takeDelivery(delivery(push), { verify, deliveries: cut, queue, log })).rejects.toThrow('killed');
    await take(delivery(push));
    expect(queue.asks).toHaveLength(2);
  });

  it('has no secret that everybody knows', async () => {
    await expect(createVerifier('')).rejects.toThrow(/empty/);
  });
});
