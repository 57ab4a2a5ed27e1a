import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FaultyRequest } from '../faults.ts';
import { gitResult } from '../git/run.ts';
import type { World } from '../world.ts';
import { answerGit, gitAddressOf } from './git.ts';
import { doHarm } from './harm.ts';
import { answerMishap, answerRest } from './rest.ts';

/** The largest body; GitHub's own limits are lower and are its answers. */
const bodyCap = 64 * 1024 * 1024;

/** One server for everything: REST at `/` and `/api/v3`, git at `/OWNER/NAME.git`. `world` is set once it listens. */
export function createForgeServer(world: () => World): Server {
  return createServer((incoming, response) => {
    // A reset connection is for the client to notice.
    response.on('error', () => {});
    void answer(world(), incoming, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
}

async function answer(world: World, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const started = performance.now();
  const url = new URL(incoming.url ?? '/', world.url);
  const method = incoming.method ?? 'GET';
  const address = gitAddressOf(url.pathname);
  if (url.pathname.startsWith('/_archive/')) return answerArchive(world, url, response);
  const kind = address === undefined ? 'rest' : 'git';
  const path = address === undefined ? restPath(world, url.pathname) : url.pathname;
  const bytes = address === undefined ? await readBody(incoming) : Buffer.alloc(0);
  const faulty: FaultyRequest = { kind, method, path, query: url.search, body: parsed(bytes) };
  const log = (status: number, caller: string | null) => {
    const ms = performance.now() - started;
    world.requests.push({ kind, method, path, query: url.search.slice(1), status, ms, caller });
    world.record.answered();
  };

  if ((await doHarm(world.faults.take('before', faulty), response)) === 'ended') {
    incoming.resume();
    return log(response.headersSent ? response.statusCode : 0, null);
  }
  if (address !== undefined) {
    const caller = await answerGit(world, address, url, incoming, response);
    return log(response.statusCode, caller);
  }
  const request = { incoming, url, path, body: bytes };
  try {
    const result = await answerRest(world, request);
    if ((await doHarm(world.faults.take('after', faulty), response)) === 'ended') {
      return log(response.headersSent ? response.statusCode : 0, result.caller);
    }
    // Logged first: a client that has its answer may look at the log.
    log(result.status, result.caller);
    response.writeHead(result.status, { ...result.headers, 'content-length': Buffer.byteLength(result.content) });
    response.end(result.content);
  } catch (error) {
    answerMishap(world, response, request, error);
    log(500, null);
  }
}

/** Without `/api/v3`; `/repositories/ID`, which GitHub's own links use, becomes `/repos/OWNER/NAME`. */
function restPath(world: World, pathname: string): string {
  const path = pathname.startsWith('/api/v3/') ? pathname.slice('/api/v3'.length) : pathname;
  const byId = /^\/repositories\/(\d+)(.*)$/.exec(path);
  const repository = byId === null ? undefined : world.state.repositories.get(Number(byId[1]));
  if (repository === undefined || byId === null) return path;
  return `/repos/${world.state.accounts.must(repository.ownerId).login}/${repository.name}${byId[2] ?? ''}`;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > bodyCap) throw new Error('the body is too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function parsed(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

async function answerArchive(world: World, url: URL, response: ServerResponse): Promise<void> {
  const [, id, sha, format] = /^\/_archive\/(\d+)\/([0-9a-f]{40})\.(tar\.gz|zip)$/.exec(url.pathname) ?? [];
  const repository = world.state.repositories.get(Number(id));
  if (repository === undefined || sha === undefined || format === undefined) {
    response.writeHead(404).end();
    return;
  }
  const owner = world.state.accounts.must(repository.ownerId).login;
  const prefix = `${owner}-${repository.name}-${sha.slice(0, 7)}/`;
  const command = ['archive', `--format=${format}`, `--prefix=${prefix}`, sha];
  const { stdout } = await gitResult(repository.directory, command);
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(stdout);
}
