import { describe, expect, it } from 'vitest';
import type { Logger } from '../../src/ports/logger.ts';
import { createClosers } from '../../src/roles/closers.ts';

describe('what was opened', () => {
  const closed: string[] = [];
  const failed: unknown[] = [];
  const log: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (_message, fields) => void failed.push(fields?.['what']),
    child: () => log,
  };

  it('is closed in reverse, whichever of it cannot be, and once', async () => {
    const closers = createClosers(log);
    for (const what of ['connection', 'queues']) closers.add(what, () => void closed.push(what));
    closers.add('data folder', () => Promise.reject(new Error('ENOTEMPTY')));
    closers.add('server', async () => void closed.push('server'));
    await closers.close();
    await closers.close();
    expect(closed).toEqual(['server', 'queues', 'connection']);
    expect(failed).toEqual(['data folder']);
  });
});
