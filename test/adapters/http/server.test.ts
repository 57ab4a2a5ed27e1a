import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Dependency, readiness } from '../../../src/adapters/http/readiness.ts';
import { type Route, type RunningHttpServer, startHttpServer } from '../../../src/adapters/http/server.ts';
import { eventually } from '../../eventually.ts';
import { keepingLogger, silentLogger } from '../../fakes/logger.ts';

const large = 'a'.repeat(12_000_000);

describe('the HTTP server', () => {
  let server: RunningHttpServer | null = null;
  afterEach(async () => {
    await server?.close(100);
    server = null;
  });
  const finished: string[] = [];
  const start = async (routes: readonly Route[], log = silentLogger): Promise<string> => {
    finished.length = 0;
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      routes,
      maxBodyBytes: 1_000,
      maxBodiesBytes: 1_500,
      maxUnreadBytes: 30_000_000,
      log,
      onFinished: (route, status) => finished.push(`${route} ${status}`),
    });
    return server.url;
  };
  const echo: Route = {
    method: 'POST',
    path: '/echo',
    answer: ({ headers, body }) =>
      Promise.resolve({
        status: 202,
        type: 'text/plain',
        text: `${headers['x-name'] ?? ''} ${Buffer.from(body).toString()}`,
      }),
  };

  it('says where it listens, also on a port of its own choice', async () => {
    expect(await start([echo])).toMatch(/^http:\/\/127\.0\.0\.1:\d{2,}$/);
  });

  it('hands on headers and the very bytes of the body', async () => {
    const url = await start([echo]);
    const answer = await fetch(`${url}/echo?x=1`, { method: 'POST', headers: { 'X-Name': 'ann' }, body: 'größe' });
    expect(answer.status).toBe(202);
    expect(await answer.text()).toBe('ann größe');
    expect(finished).toEqual(['/echo 202']);
  });

  it('holds only so much for clients who ask and do not read', async () => {
    const url = await start([
      {
        method: 'GET',
        path: '/large',
        answer: () => Promise.resolve({ status: 200, type: 'text/plain', text: large }),
      },
    ]);
    const asked = Array.from({ length: 4 }, () => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.pause();
      socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
      return socket;
    });
    await eventually(() => Promise.resolve(finished.length === 4));
    expect(finished.toSorted()).toEqual(['/large 200', '/large 200', '/large 503', '/large 503']);
    for (const socket of asked) socket.destroy();
    expect(await eventually(async () => (await fetch(`${url}/large`)).status === 200)).toBe(true);
  });

  it('knows its paths and methods, and no others', async () => {
    const url = await start([echo]);
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/echo/`)).status).toBe(404);
    expect((await fetch(`${url}/echo`)).status).toBe(405);
    expect(finished).toEqual([]);
  });

  it('hands on what stands in the place of a name in the path, and the query', async () => {
    const url = await start([
      {
        method: 'GET',
        path: '/plans/:digest',
        answer: ({ parameters, query }) =>
          Promise.resolve({
            status: 200,
            type: 'text/plain',
            text: `${parameters['digest'] ?? ''} ${query.get('a') ?? ''}`,
            headers: { 'x-own': 'yes', 'cache-control': 'no-store' },
          }),
      },
    ]);
    const answer = await fetch(`${url}/plans/abc?a=1%202?`);
    expect(await answer.text()).toBe('abc 1 2?');
    expect(answer.headers.get('x-own')).toBe('yes');
    expect((await fetch(`${url}/plans`)).status).toBe(404);
    expect((await fetch(`${url}/plans/abc/def`)).status).toBe(404);
    expect(finished).toEqual(['/plans/:digest 200']);
  });

  it('refuses a body that says it is too large', async () => {
    const url = await start([echo]);
    expect((await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(1_000) })).status).toBe(202);
    expect((await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(1_001) })).status).toBe(413);
  });

  it('refuses a body that turns out to be too large', async () => {
    const url = await start([echo]);
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${url}/echo`, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
      request.on('error', reject);
      request.on('response', (response) => resolve(response.statusCode));
      for (let chunks = 0; chunks < 20; chunks += 1) request.write('x'.repeat(100));
      request.end();
    });
    expect(status).toBe(413);
  });

  it('has no room for more bodies than it can hold, until some of them are done', async () => {
    const url = await start([echo]);
    const begun = [0, 1].map(() => {
      const request = httpRequest(`${url}/echo`, { method: 'POST', headers: { 'content-length': 1_000 } });
      const status = new Promise<number | undefined>((resolve, reject) => {
        request.once('error', reject);
        request.once('response', (response) => resolve(response.resume().statusCode));
      });
      request.write('x'.repeat(900));
      return { request, status };
    });
    const [answered, held] = await Promise.race(
      begun.map(({ status }, index) => status.then(() => [begun[index], begun[1 - index]] as const)),
    );
    expect(await answered?.status).toBe(503);
    held?.request.end('x'.repeat(100));
    expect(await held?.status).toBe(202);
    expect((await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(1_000) })).status).toBe(202);
  });

  it('answers what fails with a neutral sentence, and logs it whole', async () => {
    const log = keepingLogger();
    const error = new Error('hunter2');
    const url = await start([{ method: 'GET', path: '/', answer: () => Promise.reject(error) }], log);
    const answer = await fetch(url);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('hunter2');
    expect(log.lines).toMatchObject([{ level: 'error', fields: { path: '/', error } }]);
  });

  it('lets requests under way finish when it closes, and cuts those off that do not', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const begun: (() => void)[] = [];
    const slow = (path: string, wait: Promise<void>): Route => ({
      method: 'GET',
      path,
      answer: async () => {
        begun.pop()?.();
        await wait;
        return { status: 200, type: 'text/plain', text: 'late' };
      },
    });
    const url = await start([slow('/slow', held), slow('/never', new Promise(() => {}))]);
    const both = Promise.all([0, 1].map(() => new Promise<void>((resolve) => begun.push(resolve))));
    const answer = fetch(`${url}/slow`);
    const never = fetch(`${url}/never`).catch(() => 'cut off');
    await both;
    const closed = server?.close(300);
    release();
    expect(await (await answer).text()).toBe('late');
    await closed;
    expect(await never).toBe('cut off');
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});

describe('readiness', () => {
  const fine: Dependency = { name: 'redis', look: () => Promise.resolve('7.2.0') };
  const down: Dependency = { name: 'forge', look: () => Promise.reject(new Error('401 Bad credentials')) };

  it('names each dependency with what was found', async () => {
    const answer = await readiness([fine], () => 0)();
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ ready: true, dependencies: [{ name: 'redis', ok: true, why: '7.2.0' }] });
  });

  it('is 503 when any is down, and says why', async () => {
    const answer = await readiness([fine, down], () => 0)();
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toMatchObject({
      ready: false,
      dependencies: [{ ok: true }, { name: 'forge', ok: false, why: '401 Bad credentials' }],
    });
  });

  it('answers within 3 s whatever hangs', async () => {
    const aborted: boolean[] = [];
    const hangs: Dependency = {
      name: 'cluster',
      look: (signal) => {
        signal.addEventListener('abort', () => aborted.push(true));
        return new Promise(() => {});
      },
    };
    const began = performance.now();
    expect(await readiness([hangs], () => 0)()).toMatchObject({ status: 503 });
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(aborted).toEqual([true]);
  });

  it('looks once for all who ask at the same moment, and again later', async () => {
    let looks = 0;
    let now = 0;
    const ask = readiness([{ name: 'redis', look: () => Promise.resolve(String((looks += 1))) }], () => now);
    await Promise.all([ask(), ask(), ask()]);
    expect(looks).toBe(1);
    now = 2_000;
    await ask();
    expect(looks).toBe(2);
  });
});
