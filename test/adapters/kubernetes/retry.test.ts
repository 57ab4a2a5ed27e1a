import { describe, expect, it } from 'vitest';
import { parseStatus } from '../../../src/adapters/kubernetes/api-status.ts';
import { isUnavailable, retryAfterMs, retryDelay } from '../../../src/adapters/kubernetes/retry.ts';

describe('an answer is worth another try', () => {
  it.each([
    [429, 'too many requests', true],
    [502, '', true],
    [503, 'the server is currently unable to handle the request', true],
    [504, 'request did not complete within the allotted timeout', true],
    [500, 'Internal error occurred: failed calling webhook "w.example.com": connection refused', true],
    [500, 'etcdserver: leader changed', true],
    [
      500,
      'failed to create typed patch object (t/a; /v1, Kind=ConfigMap): .datta: field not declared in schema',
      false,
    ],
    [500, 'failed to convert new object (t/a; /v1, Kind=Secret) to proper version: illegal base64', false],
    [500, 'etcdserver: request is too large', false],
    [500, 'admission webhook "w.example.com" denied the request: no', false],
    [429, 'admission webhook "w.example.com" denied the request: no', false],
    [409, 'the object has been modified', false],
    [422, 'is invalid', false],
    [404, '404 page not found', false],
  ])('%i %s: %s', (code, message, again) => {
    expect(isUnavailable(parseStatus(code, { kind: 'Status', message }, ''))).toBe(again);
  });

  it('also where the server said only text', () => {
    expect(isUnavailable(parseStatus(503, null, 'upstream connect error'))).toBe(true);
  });
});

describe('the pause before the next try', () => {
  it('doubles from 100 ms and ends at 2 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((tries) => retryDelay(tries, null, 1))).toEqual([
      100, 200, 400, 800, 1600, 2000, 2000,
    ]);
  });

  it('is spread over its upper half', () => {
    expect(retryDelay(3, null, 0)).toBe(200);
    expect(retryDelay(3, null, 0.5)).toBe(300);
  });

  it('is never shorter than the server asked for, and spread after that', () => {
    expect(retryDelay(1, 3_000, 0)).toBe(3_000);
    expect(retryDelay(1, 3_000, 1)).toBe(3_100);
    expect(retryDelay(6, 0, 1)).toBe(2_000);
  });
});

it.each([
  [undefined, null],
  ['1', 1_000],
  ['Sat, 21 Nov 2026 12:00:05 GMT', 5_000],
  ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
  ['soon', null],
])('Retry-After %s is %s ms', (header, ms) => {
  expect(retryAfterMs(header, Date.parse('2026-11-21T12:00:00Z'))).toBe(ms);
});
