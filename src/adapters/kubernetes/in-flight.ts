import { abortError } from './abort-error.ts';

/** Who waits: requests of one lane are served in their order, lanes take turns. Any object will do; identity counts. */
export type Lane = object;

/** Gives back what `enter` took. Calling it again does nothing. */
export type Leave = () => void;

interface Waiter {
  readonly admit: () => void;
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
      const giveUp = (): void => {
        this.#forget(lane, waiter);
        reject(abortError(signal));
      };
      const waiter: Waiter = {
        admit: () => {
          signal.removeEventListener('abort', giveUp);
          resolve(this.#leaveOnce());
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      const queue = this.#waiting.get(lane);
      if (queue === undefined) this.#waiting.set(lane, [waiter]);
      else queue.push(waiter);
    });
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

  #forget(lane: Lane, waiter: Waiter): void {
    const queue = this.#waiting.get(lane);
    const at = queue?.indexOf(waiter) ?? -1;
    if (queue === undefined || at < 0) return;
    queue.splice(at, 1);
    if (queue.length === 0) this.#waiting.delete(lane);
  }
}
