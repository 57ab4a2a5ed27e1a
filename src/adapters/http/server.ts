import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '../../ports/logger.ts';

export interface HttpRequest {
  /** Lower-case names; of several of one name, the first. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** What stands in the place of each `:name` of the route's path; not decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface HttpAnswer {
  readonly status: number;
  readonly type: 'text/plain' | 'application/json' | 'text/plain; version=0.0.4' | 'text/html; charset=utf-8';
  readonly text: string;
  /** Besides those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** `/plans/:digest`: a part that begins with a colon stands for any. */
  readonly path: string;
  /** What it throws is answered with 500 and a neutral sentence, and logged. */
  readonly answer: (request: HttpRequest) => Promise<HttpAnswer>;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly routes: readonly Route[];
  readonly maxBodyBytes: number;
  /** Of all bodies at once, from whomever: what comes beyond is answered with 503. */
  readonly maxBodiesBytes: number;
  /** Of all answers that clients have not read yet: what would be more is answered with 503, in few words. */
  readonly maxUnreadBytes: number;
  readonly log: Logger;
  /** Told of every request that met a route. */
  readonly onFinished: (route: string, status: number, seconds: number) => void;
}

export interface RunningHttpServer {
  /** `http://HOST:PORT`, as it can be opened from this machine. */
  readonly url: string;
  /** Takes no new connection; requests under way may finish within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Listens, with a bound on everything a client can send or be slow about. */
export async function startHttpServer(options: HttpServerOptions): Promise<RunningHttpServer> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 15_000 });
  const room: Room = { free: options.maxBodiesBytes };
  const unread: Room = { free: options.maxUnreadBytes };
  server.on('request', (request, response) => {
    void answer(request, response, { room, unread }, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // `listen` on a host and port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${reachable(options.host)}:${port}`,
    close: (graceMs) =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** Bytes that may still be taken up. */
interface Room {
  free: number;
}

interface Rooms {
  /** By bodies that are being read. */
  readonly room: Room;
  /** By answers that are being sent. */
  readonly unread: Room;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { room, unread }: Rooms,
  options: HttpServerOptions,
): Promise<void> {
  const began = performance.now();
  const [path = '', ...query] = (request.url ?? '').split('?');
  const atPath = options.routes.filter((route) => parametersOf(path, route) !== null);
  const route = atPath.find(({ method }) => method === request.method);
  if (route === undefined) {
    const status = atPath.length > 0 ? 405 : 404;
    send(response, plain(status, status === 405 ? 'another method is needed' : 'not here'), unread);
    return;
  }
  const finish = (said: HttpAnswer): void => {
    const status = send(response, said, unread);
    options.onFinished(route.path, status, (performance.now() - began) / 1_000);
  };
  let held = 0;
  const take = (bytes: number): boolean => {
    if (bytes > room.free) return false;
    room.free -= bytes;
    held += bytes;
    return true;
  };
  try {
    const body = await readBody(request, options.maxBodyBytes, take);
    switch (body) {
      case 'gone':
        return;
      case 'too-large':
        return finish(plain(413, `more than ${options.maxBodyBytes} bytes`));
      case 'no-room':
        options.log.warn('request refused: there is no room for its body', { path: route.path });
        return finish(plain(503, 'too much at once, send it again'));
      default:
        finish(
          await route.answer({
            headers: headersOf(request),
            body,
            parameters: parametersOf(path, route) ?? {},
            query: new URLSearchParams(query.join('?')),
          }),
        );
    }
  } catch (error) {
    options.log.error('request failed', { path: route.path, error });
    finish(plain(500, 'something went wrong here, it is in the log'));
  } finally {
    room.free += held;
  }
}

/** null: the path is not the route's. */
function parametersOf(path: string, route: Pick<Route, 'path'>): Readonly<Record<string, string>> | null {
  const given = path.split('/');
  const wanted = route.path.split('/');
  if (given.length !== wanted.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) parameters[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return parameters;
}

function plain(status: number, text: string): HttpAnswer {
  return { status, type: 'text/plain', text };
}

/** How long a client may take to read an answer. */
const readWithinMs = 60_000;
/** An answer in few words is sent whatever waits to be read. */
const fewBytes = 10_000;

/** The status that was sent. Whoever asks and does not read holds what they asked for in memory: only so much, and so long. */
function send(response: ServerResponse, said: HttpAnswer, unread: Room): number {
  if (response.headersSent || response.destroyed) return said.status;
  const bytes = Buffer.byteLength(said.text);
  if (bytes > fewBytes && bytes > unread.free) return send(response, plain(503, 'too much at once, ask again'), unread);
  unread.free -= bytes;
  const late = setTimeout(() => response.destroy(), readWithinMs);
  response.once('close', () => {
    unread.free += bytes;
    clearTimeout(late);
  });
  const { status, type, text, headers } = said;
  response.writeHead(status, {
    'content-type': type,
    'content-length': bytes,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    // The rest of the body would have to be read before the next request.
    ...(status === 413 || status === 503 ? { connection: 'close' } : {}),
  });
  response.end(text);
  return status;
}

// What is too much is read and dropped: a connection closed on a client that still writes loses the answer, too.
function readBody(
  request: IncomingMessage,
  maxBytes: number,
  take: (bytes: number) => boolean,
): Promise<Uint8Array | 'too-large' | 'no-room' | 'gone'> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    let refused = false;
    const refuse = (why: 'too-large' | 'no-room'): void => {
      refused = true;
      chunks = [];
      resolve(why);
    };
    request.on('data', (chunk: Buffer) => {
      if (refused) return;
      bytes += chunk.length;
      if (bytes > maxBytes) refuse('too-large');
      else if (take(chunk.length)) chunks.push(chunk);
      else refuse('no-room');
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    // The client went away in the middle.
    request.once('close', () => resolve('gone'));
    request.once('error', () => resolve('gone'));
  });
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.[0]] as const),
  );
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
