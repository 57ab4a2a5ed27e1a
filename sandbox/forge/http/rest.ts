import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { judgeLimits } from '../limits.ts';
import { judgeQuery, judgeRequest, judgeResponse, type Match, matchOperation } from '../openapi/description.ts';
import { routes } from '../routes/routes.ts';
import { recordViolation, type Violation } from '../violations.ts';
import type { World } from '../world.ts';
import type { Answer } from './answer.ts';
import { type Caller, callerOf, nameOfCaller } from './credentials.ts';
import { dispatch } from './dispatch.ts';
import { paginate } from './paginate.ts';
import type { RateLimits } from './rate-limits.ts';
import { forbid, invalidRequest, Refusal, refuse } from './refusal.ts';

export interface RestRequest {
  readonly incoming: IncomingMessage;
  readonly url: URL;
  /** Without `/api/v3`. */
  readonly path: string;
  readonly body: Buffer;
}

export interface RestResult {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | Buffer;
  readonly caller: string | null;
}

/** Answers one REST request as GitHub would, and records whatever is not as GitHub has it. */
export async function answerRest(world: World, request: RestRequest): Promise<RestResult> {
  const method = request.incoming.method ?? 'GET';
  const report = (violation: Omit<Violation, 'method' | 'url'>) =>
    recordViolation(world, { ...violation, method, url: request.path + request.url.search });
  let caller: Caller = { kind: 'anonymous' };
  let answer: Answer;
  let refused: Refusal | null = null;
  const match = matchOperation(method, request.path);
  try {
    // https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
    if (!request.incoming.headers['user-agent']) throw forbid(403, administrative, 'no User-Agent header');
    caller = callerOf(world, request.incoming.headers.authorization);
    if (match === undefined) throw forbid(404, 'Not Found', `GitHub's description has no ${method} ${request.path}`);
    answer = await answerMatch(world, match, request, caller, (errors) =>
      report({ kind: 'request', status: null, outcome: 'tolerated', errors }),
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refused = error;
    answer = { kind: 'json', status: error.status, body: error.body, headers: error.headers };
    if (error.violation !== null) {
      report({ kind: 'request', status: error.status, outcome: 'refused', errors: error.violation });
    }
  }
  const sent = await render(world, request, answer);
  if (match !== undefined && refused === null && sent.json) {
    const errors = judgeResponse(match.operation, sent.status, sent.value);
    if (errors.length > 0) report({ kind: 'response', status: sent.status, outcome: 'tolerated', errors });
  }
  return finish(request, sent, caller, world.rateLimits);
}

const administrative =
  'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.';

async function answerMatch(
  world: World,
  match: Match,
  request: RestRequest,
  caller: Caller,
  tolerate: (errors: readonly string[]) => void,
): Promise<Answer> {
  const { operation } = match;
  const route = routes[operation.key];
  if (route === undefined)
    throw new Refusal(501, { message: `${operation.key} is not served` }, { violation: ['not served'] });
  return dispatch(route, {
    world,
    operation,
    path: match.path,
    query: request.url.searchParams,
    accept: request.incoming.headers.accept ?? '',
    caller,
    // Read after the caller was let in: GitHub says 401, 403 and 404 before it looks at a body.
    readBody: () => {
      const query = judgeQuery(operation, request.url.searchParams);
      const body = parseBody(request.body);
      const form = judgeRequest(operation, body);
      const beyond = judgeLimits(operation.key, { query: request.url.searchParams, body: body ?? {} });
      const unknown = [...query.unknown.map((name) => `query ${name}`), ...form.unknown.map((key) => `key ${key}`)];
      if (unknown.length > 0) tolerate([`unknown: ${unknown.join(', ')}`]);
      if (beyond.tolerated.length > 0) tolerate(beyond.tolerated);
      // Limits first: their refusals are GitHub's own words.
      if (beyond.refusal !== null) throw beyond.refusal;
      const errors = [...query.errors, ...form.errors];
      if (errors.length > 0) throw invalidRequest(errors);
      return typeof body === 'object' && body !== null ? { ...body } : {};
    },
  });
}

function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw forbid(400, 'Problems parsing JSON');
  }
  if (typeof value !== 'object' || value === null) throw forbid(400, 'Body should be a JSON object');
  return value;
}

interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | Buffer;
  readonly json: boolean;
  readonly value: unknown;
}

async function render(world: World, request: RestRequest, answer: Answer): Promise<Rendered> {
  switch (answer.kind) {
    case 'empty':
      return { status: answer.status, headers: answer.headers ?? {}, content: '', json: false, value: undefined };
    case 'text': {
      const headers = { 'content-type': answer.contentType };
      return { status: answer.status, headers, content: answer.content, json: false, value: undefined };
    }
    case 'json':
      return rendered(answer.status, answer.body, answer.headers ?? {});
    case 'page': {
      const address = `${world.url}${request.url.pathname}`;
      const page = await paginate(answer, request.url.searchParams, address);
      return rendered(200, page.body, page.link === undefined ? {} : { link: page.link });
    }
  }
}

function rendered(status: number, value: unknown, headers: Readonly<Record<string, string>>): Rendered {
  const typed = { 'content-type': 'application/json; charset=utf-8', ...headers };
  return { status, headers: typed, content: JSON.stringify(value), json: true, value };
}

function finish(request: RestRequest, sent: Rendered, caller: Caller, limits: RateLimits): RestResult {
  const etag = `W/"${createHash('sha256').update(sent.content).digest('hex')}"`;
  const conditional = request.incoming.method === 'GET' && sent.status === 200;
  const unchanged = conditional && request.incoming.headers['if-none-match'] === etag;
  const name = nameOfCaller(caller);
  // A 304 is free. https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
  const used = unchanged || request.path === '/rate_limit' ? limits.look(name) : limits.use(name);
  const headers: Record<string, string> = {
    ...sent.headers,
    ...used,
    ...(conditional ? { etag, 'cache-control': 'private, max-age=60, s-maxage=60' } : {}),
    'x-github-request-id': randomBytes(12).toString('hex').toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': '2022-11-28',
    server: 'github.com',
  };
  if (!unchanged) return { status: sent.status, headers, content: sent.content, caller: name };
  delete headers['content-type'];
  return { status: 304, headers, content: '', caller: name };
}

/** For a mistake of the local GitHub's own: it must be seen, not retried. */
export function answerMishap(world: World, response: ServerResponse, request: RestRequest, error: unknown): void {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { message, status } = refuse(500, 'the local GitHub failed');
  recordViolation(world, {
    kind: 'response',
    method: request.incoming.method ?? '',
    url: request.path,
    status,
    outcome: 'refused',
    errors: [reason],
  });
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ message, error: reason }));
}
