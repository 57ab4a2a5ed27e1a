import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isolation } from './run.ts';

export interface BackendRequest {
  /** The bare repository's folder. */
  readonly directory: string;
  /** `/info/refs`, `/git-upload-pack` or `/git-receive-pack`. */
  readonly service: string;
  readonly query: string;
  readonly user: string;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

/** Git's own smart HTTP server, as a CGI program. https://git-scm.com/docs/git-http-backend */
export async function serveGit(request: BackendRequest): Promise<void> {
  const { incoming, response } = request;
  const child = spawn('git', ['http-backend'], { env: environmentOf(request), stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => {});
  incoming.pipe(child.stdin);
  // A client that goes away must not leave git waiting for the rest of its request.
  incoming.on('close', () => {
    if (!incoming.complete) child.kill();
  });
  response.on('close', () => child.kill());
  const sent = pipeCgi(child.stdout, response);
  await new Promise<void>((done, failed) => {
    child.on('error', failed);
    child.on('close', () => done());
  });
  await sent;
}

function environmentOf({ incoming, directory, service, query, user }: BackendRequest): Record<string, string> {
  const { headers } = incoming;
  const environment: Record<string, string> = {
    ...isolation,
    GIT_PROJECT_ROOT: directory,
    GIT_HTTP_EXPORT_ALL: '1',
    REMOTE_USER: user,
    REQUEST_METHOD: incoming.method ?? 'GET',
    PATH_INFO: service,
    QUERY_STRING: query,
    CONTENT_TYPE: headers['content-type'] ?? '',
  };
  const optional: Record<string, string | string[] | undefined> = {
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: headers['git-protocol'],
  };
  for (const [name, value] of Object.entries(optional)) if (typeof value === 'string') environment[name] = value;
  return environment;
}

/** A CGI answer is headers, a blank line and the body; the status is a header. */
async function pipeCgi(output: NodeJS.ReadableStream, response: ServerResponse): Promise<void> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of output) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    if (head === null) {
      response.write(bytes);
      continue;
    }
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) continue;
    writeHead(head.subarray(0, end).toString('latin1'), response);
    response.write(head.subarray(end + 4));
    head = null;
  }
  if (head !== null) response.writeHead(500);
  response.end();
}

function writeHead(text: string, response: ServerResponse): void {
  let status = 200;
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(': ');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 2);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.statusCode = status;
}
