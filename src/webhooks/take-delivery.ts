import { Failure } from '../domain/failure.ts';
import type { Deliveries } from '../ports/deliveries.ts';
import type { Logger } from '../ports/logger.ts';
import type { Queue } from '../ports/queue.ts';
import { jobsOf } from './translate.ts';
import type { VerifySignature } from './verify-signature.ts';

/** A webhook as it came in: nothing of it is believed yet. */
export interface RawDelivery {
  /** `X-GitHub-Event`. */
  readonly event: string | undefined;
  /** `X-GitHub-Delivery`, a GUID. */
  readonly id: string | undefined;
  /** `X-Hub-Signature-256`. */
  readonly signature: string | undefined;
  readonly body: Uint8Array;
}

/** What GitHub is told; it shows both beside the delivery. */
export interface Receipt {
  readonly status: 202 | 400 | 401 | 503;
  readonly text: string;
}

export interface IntakePorts {
  readonly verify: VerifySignature;
  readonly deliveries: Deliveries;
  readonly queue: Queue;
  readonly log: Logger;
}

/**
 * Verifies, asks for the jobs, remembers the delivery, in this order: a crash in between means that the jobs are asked
 * for twice, which changes nothing. Of an unsigned body nothing is logged.
 */
export async function takeDelivery(raw: RawDelivery, ports: IntakePorts): Promise<Receipt> {
  const { event, id, signature } = raw;
  if (event === undefined || id === undefined || signature === undefined) {
    return { status: 400, text: 'X-GitHub-Event, X-GitHub-Delivery and X-Hub-Signature-256 are needed' };
  }
  const body = Buffer.from(raw.body).toString('utf8');
  if (!(await ports.verify(body, signature))) {
    ports.log.warn('webhook with a bad signature refused', { bytes: raw.body.byteLength });
    return { status: 401, text: 'the signature does not match: is WEBHOOK_SECRET the App’s?' };
  }
  const log = ports.log.child({ delivery: id, event });
  const translation = jobsOf(event, parsed(body));
  if (translation.kind === 'unreadable') {
    log.warn('webhook cannot be read', { why: translation.why });
    return { status: 400, text: `cannot be read: ${translation.why}` };
  }
  const { jobs, delayMs } = translation;
  try {
    if (jobs.length === 0 || (await ports.deliveries.seen(id))) return { status: 202, text: 'nothing to do' };
    for (const job of jobs) await ports.queue.ask(job, { delayMs });
    await ports.deliveries.remember(id);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'records-unreachable') throw error;
    log.error('webhook not taken in: Redis is out of reach', { error });
    return { status: 503, text: 'out of reach of Redis, send it again' };
  }
  log.info('webhook taken in', { jobs: jobs.map(({ kind }) => kind) });
  return { status: 202, text: jobs.map(({ kind }) => kind).join(', ') };
}

// What is no JSON reads as nothing, which no shape of an event takes.
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
