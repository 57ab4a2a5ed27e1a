import { describe, expect, it } from 'vitest';
import { pinoLogger } from '../../../src/adapters/log/pino-logger.ts';
import { Failure } from '../../../src/domain/failure.ts';

function logged(format: 'json' | 'pretty' = 'json', level: 'debug' | 'info' = 'info') {
  const lines: string[] = [];
  return { lines, log: pinoLogger({ level, format, write: (line) => lines.push(line) }) };
}

describe('the log', () => {
  it('is a line of JSON for each message, with the fields of its ancestors', () => {
    const { lines, log } = logged();
    log.child({ repository: 'acme/shop' }).child({ pull: 3 }).info('plan ready', { objects: 12 });
    expect(lines).toHaveLength(1);
    const line: unknown = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({ level: 'info', msg: 'plan ready', repository: 'acme/shop', pull: 3, objects: 12 });
    expect(lines[0]).toMatch(/"time":"\d{4}-\d\d-\d\dT/);
  });

  it('says nothing below its level', () => {
    const { lines, log } = logged();
    log.debug('a decision');
    expect(lines).toEqual([]);
  });

  it('tells an error with its code, its subject and all its causes', () => {
    const { lines, log } = logged();
    const cause = new TypeError('deep', { cause: new Error('deepest') });
    const error = new Failure('cluster-unreachable', {
      subject: 'staging',
      message: 'no answer',
      retryable: true,
      cause,
    });
    log.error('job failed', { error });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      error: {
        name: 'Failure',
        code: 'cluster-unreachable',
        subject: 'staging',
        cause: { name: 'TypeError', message: 'deep', cause: { message: 'deepest' } },
      },
    });
  });

  it('keeps to itself what an error of an HTTP client carries', () => {
    const { lines, log } = logged();
    log.error('refused', {
      error: Object.assign(new Error('401'), { request: { headers: { authorization: 'token abc' } } }),
    });
    expect(lines[0]).not.toContain('abc');
  });

  it.each([
    ['a member of that name', { request: { headers: { authorization: 'hunter2' } } }],
    ['a Secret’s data', { object: { kind: 'Secret', data: { password: 'hunter2' } } }],
    ['an installation token', { url: 'x', text: 'failed with ghs_hunter2hunter2hunter2' }],
    ['an address with a password', { url: 'https://x-access-token:hunter2@github.com/acme/shop.git' }],
    ['a header in a text', { text: 'Authorization: Bearer hunter2hunter2' }],
    ['a signed App token', { text: 'eyJhbGciOiJIUzI1NiJ9.eyJodW50ZXIyIjoxfQ.hunter2hunter2' }],
    ['what the API server echoes', { text: 'spec.x: Invalid value: "a\\"b\\nhunter2\\\\": must be good' }],
    ['an object that it echoes', { text: 'spec.x: Invalid value: {"a":"hunter2","b":["hunter2"]}: immutable' }],
    [
      'a value that it could not read',
      { text: '.data.a: expected string, got &value.valueUnstructured{Value:hunter2}' },
    ],
    ['an echo in a cause', { error: new Error('a', { cause: new Error('Duplicate value: "hunter2"') }) }],
    ['a private key', { text: '-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----' }],
  ])('hides %s', (_, fields) => {
    for (const format of ['json', 'pretty'] as const) {
      const { lines, log } = logged(format);
      log.info('message', fields);
      expect(lines).toHaveLength(1);
      expect(lines[0]).not.toContain('hunter2');
    }
  });

  it('leaves what follows an echo', () => {
    const { lines, log } = logged();
    log.info('message', { text: 'spec.x: Invalid value: "a\\"b": must be good', after: 'this' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      text: 'spec.x: Invalid value: [hidden]: must be good',
      after: 'this',
    });
    log.info('message', { text: 'Invalid value: {"a":1}', after: 'this' });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ text: 'Invalid value: [hidden]', after: 'this' });
  });

  it.each([
    ['', '-----BEGIN RSA PRIVATE KEY-----\nhunter2'],
    [' also where a quote follows', 'from "-----BEGIN RSA PRIVATE KEY-----\nhunter2" on, "level":"error'],
    [' also where a backslash follows', '-----BEGIN RSA PRIVATE KEY-----\\'],
  ])('leaves a readable line JSON%s', (_, text) => {
    const json = logged('json');
    const pretty = logged('pretty');
    for (const { lines, log } of [json, pretty]) {
      log.info('message', { text, after: 'this' });
      expect(lines).toHaveLength(1);
      expect(lines[0]).not.toContain('hunter2');
    }
    expect(JSON.parse(json.lines[0] ?? '')).toMatchObject({ level: 'info', after: 'this' });
  });

  it('is for people where they want it', () => {
    const { lines, log } = logged('pretty');
    log.warn('job will be tried again', {
      job: 'sweep',
      inMs: 1_000,
      error: new Error('no', { cause: new Error('why') }),
    });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}job will be tried again job=sweep inMs=1000\n {4}no\n/);
    expect(lines[0]).toContain('caused by\n    why\n');
  });
});
