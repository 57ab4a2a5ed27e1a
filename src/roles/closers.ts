import type { Logger } from '../ports/logger.ts';

/** What was opened and must be closed, whatever else goes wrong. */
export interface Closers {
  /** Registered as soon as it is open, so that a start that fails leaves nothing behind. `what` is for the log. */
  add(what: string, close: () => Promise<void> | void): void;
  /** Closes what was opened, the latest first, one after another. One that fails is logged and keeps none of the others open. */
  close(): Promise<void>;
}

export function createClosers(log: Logger): Closers {
  const opened: { readonly what: string; readonly close: () => Promise<void> | void }[] = [];
  return {
    add: (what, close) => {
      opened.push({ what, close });
    },
    close: async () => {
      for (const { what, close } of opened.splice(0).toReversed()) {
        try {
          await close();
        } catch (error) {
          log.error('could not be closed', { what, error });
        }
      }
    },
  };
}
