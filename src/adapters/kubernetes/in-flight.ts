import { abortError } from './abort-error.ts';

/** Who waits: requests of one lane are served in their order, lanes take turns. Any object will do; identity counts. */
export type Lane = object;

/** Gives back what `enter` took. Calling it again does nothing. */
export type Leave = () => void;

interface Waiter {
  readonly lane: Lane;
  readonly admit: () => void;
  readonly reject: (reason: Error) => void;
}

/** Those who wait under one signal. One listener for all: a signal looks through all it has for each one more. */
interface Listening {
  readonly waiters: Set<Waiter>;
  readonly giveUp: () => void;
}

/**
 * At most `limit` at once, shared fairly: a free place goes to the next lane in turn, so that a lane of a thousand
 * requests delays another lane's single one by one place and not by a thousand.
 */
export class InFlight {
  readonly #limit: number;
  #taken = 0;
  /** Lanes that wait, in the order of their next turn: a Map keeps insertion order. */
  readonly #waiting = new Map<Lane, Waiter[]>();
  readonly #listening = new Map<AbortSignal, Listening>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves when there is a place; rejects with the signal's reason, having taken none. */
  async enter(lane: Lane, signal: AbortSignal): Promise<Leave> {
    signal.throwIfAborted();
    if (this.#taken < this.#limit) {
      this.#taken += 1;
      return this.#leaveOnce();
    }
    return await new Promise<Leave>((resolve, reject) => {
      const waiter: Waiter = {
        lane,
        admit: () => {
          this.#stopListening(signal, waiter);
          resolve(this.#leaveOnce());
        },
        reject,
      };
      this.#listen(signal, waiter);
      const queue = this.#waiting.get(lane);
      if (queue === undefined) this.#waiting.set(lane, [waiter]);
      else queue.push(waiter);
    });
  }

  #listen(signal: AbortSignal, waiter: Waiter): void {
    const others = this.#listening.get(signal);
    if (others !== undefined) {
      others.waiters.add(waiter);
      return;
    }
    const waiters = new Set([waiter]);
    const giveUp = (): void => {
      this.#listening.delete(signal);
      this.#forget(waiters);
      for (const { reject } of waiters) reject(abortError(signal));
    };
    this.#listening.set(signal, { waiters, giveUp });
    signal.addEventListener('abort', giveUp, { once: true });
  }

  #stopListening(signal: AbortSignal, waiter: Waiter): void {
    const listening = this.#listening.get(signal);
    listening?.waiters.delete(waiter);
    if (listening === undefined || listening.waiters.size > 0) return;
    this.#listening.delete(signal);
    signal.removeEventListener('abort', listening.giveUp);
  }

  #leaveOnce(): Leave {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      if (!this.#admitNext()) this.#taken -= 1;
    };
  }

  /** Hands the place on to the lane whose turn it is, and sends that lane to the end. */
  #admitNext(): boolean {
    for (const [lane, queue] of this.#waiting) {
      this.#waiting.delete(lane);
      const waiter = queue.shift();
      if (waiter === undefined) continue;
      if (queue.length > 0) this.#waiting.set(lane, queue);
      waiter.admit();
      return true;
    }
    return false;
  }

  #forget(waiters: ReadonlySet<Waiter>): void {
    for (const lane of new Set([...waiters].map((waiter) => waiter.lane))) {
      const left = (this.#waiting.get(lane) ?? []).filter((waiter) => !waiters.has(waiter));
      if (left.length === 0) this.#waiting.delete(lane);
      else this.#waiting.set(lane, left);
    }
  }
}
