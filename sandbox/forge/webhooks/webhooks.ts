import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { State } from '../state/state.ts';
import type { Delivery, Parcel } from './delivery.ts';
import { sendParcel } from './send.ts';

export type ParcelTest = (parcel: Parcel) => boolean;

/** Sends webhooks, remembers what became of them, and loses, doubles or delays them where a test asks for it. */
export interface Webhooks {
  /** Every attempt so far, oldest first. */
  readonly deliveries: readonly Delivery[];
  readonly post: (parcel: Omit<Parcel, 'guid' | 'redelivery'>) => void;
  /** Sends an earlier delivery again, under its own guid. */
  readonly redeliver: (delivery: Delivery) => void;
  /** Everything posted so far was delivered, or is held back by `hold`. */
  readonly idle: () => Promise<void>;
  /** The next `times` matching webhooks never arrive; nothing is logged for them. */
  readonly lose: (matches: ParcelTest, times?: number) => Interference;
  /** The next `times` matching webhooks arrive twice, as the same delivery. */
  readonly double: (matches: ParcelTest, times?: number) => Interference;
  /** The next `times` matching webhooks come late. */
  readonly delay: (matches: ParcelTest, ms: number, times?: number) => Interference;
  /** Holds matching webhooks back until `release`, in their order or as `order` says. */
  readonly hold: (matches: ParcelTest) => HeldWebhooks;
  /** The next `count` matching webhooks arrive last first, once all of them were posted. */
  readonly reorder: (matches: ParcelTest, count: number) => Interference;
}

export interface Interference {
  /** How many webhooks it met. */
  readonly used: () => number;
}

export interface HeldWebhooks {
  readonly held: () => readonly Parcel[];
  /** Lets go of what is held, and holds no more. */
  readonly release: (order?: 'posted' | 'reversed') => void;
}

interface Rule {
  readonly matches: ParcelTest;
  left: number;
  used: number;
  readonly apply: (parcel: Parcel) => void;
}

export function createWebhooks(
  state: State,
  options: { readonly now: () => Date; readonly timeoutMs: number },
): Webhooks {
  const deliveries: Delivery[] = [];
  const rules: Rule[] = [];
  const pending = new Set<Promise<void>>();

  const track = (work: Promise<void>) => {
    pending.add(work);
    void work.finally(() => pending.delete(work));
  };
  const send = (parcel: Parcel) => {
    const app = state.apps.must(parcel.appId);
    if (app.webhookUrl === null) return;
    const receiver = { url: app.webhookUrl, secret: app.webhookSecret, hookId: app.hookId };
    track(
      sendParcel(parcel, receiver, options).then((attempt) => {
        deliveries.push({ ...parcel, ...attempt, id: state.nextId() });
      }),
    );
  };
  const route = (parcel: Parcel) => {
    const rule = rules.find((candidate) => candidate.left > 0 && candidate.matches(parcel));
    if (rule === undefined) return send(parcel);
    rule.left -= 1;
    rule.used += 1;
    rule.apply(parcel);
  };
  const interfere = (matches: ParcelTest, times: number, apply: Rule['apply']): Interference => {
    const rule: Rule = { matches, left: times, used: 0, apply };
    rules.push(rule);
    return { used: () => rule.used };
  };

  return {
    deliveries,
    post: (parcel) => route({ ...parcel, guid: randomUUID(), redelivery: false }),
    redeliver: (delivery) => {
      const { guid, appId, installationId, repositoryId, event, action, payload } = delivery;
      route({ guid, appId, installationId, repositoryId, event, action, payload, redelivery: true });
    },
    idle: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
    lose: (matches, times = 1) => interfere(matches, times, () => {}),
    double: (matches, times = 1) =>
      interfere(matches, times, (parcel) => {
        send(parcel);
        send(parcel);
      }),
    delay: (matches, ms, times = 1) =>
      interfere(matches, times, (parcel) => track(delay(ms, undefined, { ref: false }).then(() => send(parcel)))),
    hold: (matches) => {
      const held: Parcel[] = [];
      const rule: Rule = { matches, left: Number.POSITIVE_INFINITY, used: 0, apply: (parcel) => held.push(parcel) };
      rules.push(rule);
      return {
        held: () => [...held],
        release: (order = 'posted') => {
          rule.left = 0;
          for (const parcel of order === 'posted' ? held : held.toReversed()) send(parcel);
          held.length = 0;
        },
      };
    },
    reorder: (matches, count) => {
      const held: Parcel[] = [];
      return interfere(matches, count, (parcel) => {
        held.push(parcel);
        if (held.length < count) return;
        track(sendInTurn(held.toReversed()));
      });
    },
  };

  // One after another, so that the receiver sees this order and no other.
  async function sendInTurn(parcels: readonly Parcel[]): Promise<void> {
    for (const parcel of parcels) {
      const before = new Set(pending);
      send(parcel);
      await Promise.all([...pending].filter((work) => !before.has(work)));
    }
  }
}
