import { describe, expect, it } from 'vitest';
import { tryEndOf } from '../../../src/adapters/kubernetes/try-end.ts';

const at = Date.parse('2026-11-22T01:00:00Z');
const endOf = (code: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  tryEndOf({ code, headers, text: typeof body === 'string' ? body : JSON.stringify(body) }, at);
const status = (message: string) => ({ kind: 'Status', message });

describe('A try at an API server', () => {
  it('is answered by an object, with its warnings, or by a refusal', () => {
    const warning = '299 - "deprecated"';
    expect(endOf(200, { kind: 'ConfigMap' }, { warning })).toMatchObject({
      kind: 'answered',
      answer: { ok: true, code: 200, body: { kind: 'ConfigMap' }, warnings: ['deprecated'] },
    });
    expect(endOf(404, '404 page not found')).toMatchObject({ kind: 'answered', answer: { ok: false } });
    expect(endOf(401, status('Unauthorized'))).toEqual({ kind: 'unauthorized' });
  });

  it('is garbled where success is no JSON: a sign-in page in between, say', () => {
    expect(endOf(200, '<html>sign in</html>')).toEqual({ kind: 'garbled', why: 'answered 200 without JSON' });
  });

  it('failed where the server asks for patience, and names the webhook that does not answer, and no more', () => {
    expect(endOf(429, status('slow down'), { 'retry-after': '2' })).toMatchObject({
      kind: 'failed',
      why: 'answered 429',
      passing: true,
      retryAfterMs: 2_000,
    });
    const message = 'Internal error occurred: failed calling webhook "a.example": secret=hunter2';
    expect(endOf(500, status(message))).toMatchObject({
      kind: 'failed',
      why: 'answered 500, failed calling webhook "a.example"',
    });
  });
});
