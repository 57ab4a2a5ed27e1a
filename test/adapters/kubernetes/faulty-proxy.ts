import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { SandboxCluster } from '../../../sandbox/cluster/cluster.ts';

/** What the proxy does to a request instead of passing it on. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The connection breaks before the API server sees the request. */
  | { readonly kind: 'reset' }
  /** The API server does what it was asked, and the connection breaks before it can say so. */
  | { readonly kind: 'lose-answer' }
  /** The request is held until `faults.release()`, then passed on. */
  | { readonly kind: 'hold' };

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** Stands between the adapter and a real API server, over plain HTTP on loopback. */
export interface FaultyProxy {
  /** Of a user with the administrator's token. */
  readonly kubeconfig: string;
  readonly seen: readonly SeenRequest[];
  /** The most requests that were in flight at once. */
  readonly mostAtOnce: () => number;
  /** Connections that were opened since the last reset. */
  readonly opened: () => number;
  /** Decides over each request; `count` is how many like it (method and path without query) were seen before. */
  decide: (request: SeenRequest, count: number) => Fault | null;
  /** Lets go what is held. */
  release(): void;
  /** Back to passing all on, with nothing seen. */
  reset(): void;
  close(): Promise<void>;
}

export async function startFaultyProxy(cluster: SandboxCluster): Promise<FaultyProxy> {
  const agent = new HttpsAgent({ keepAlive: true, ca: cluster.certificateAuthority });
  const seen: SeenRequest[] = [];
  const held: (() => void)[] = [];
  let now = 0;
  let most = 0;
  const pass = (
    incoming: IncomingMessage,
    body: Buffer,
    answer: (from: IncomingMessage, body: Buffer) => void,
  ): void => {
    const { method, headers } = incoming;
    // Where the API server breaks the connection, so does the proxy.
    const broken = (): void => void incoming.socket.destroy();
    const outgoing = httpsRequest(`${cluster.server}${incoming.url}`, { agent, method, headers }, (from) => {
      collect(from).then((text) => answer(from, text), broken);
    });
    outgoing.on('error', broken);
    outgoing.end(body);
  };
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    const count = seen.filter((other) => keyOf(other) === keyOf(request)).length;
    seen.push(request);
    now += 1;
    most = Math.max(most, now);
    response.on('close', () => {
      now -= 1;
    });
    const body = await collect(incoming);
    const fault = proxy.decide(request, count);
    if (fault?.kind === 'hold') await new Promise<void>((resolve) => held.push(resolve));
    if (fault?.kind === 'reset') return void incoming.socket.destroy();
    if (fault?.kind === 'lose-answer') return pass(incoming, body, () => incoming.socket.destroy());
    if (fault?.kind === 'answer')
      return void response.writeHead(fault.status, fault.headers ?? {}).end(fault.body ?? '');
    pass(incoming, body, (from, text) => response.writeHead(from.statusCode ?? 0, from.headers).end(text));
  };
  let opened = 0;
  const server = createServer((incoming, response) => void handle(incoming, response));
  server.on('connection', () => {
    opened += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = path.join(cluster.folder, `proxy-${port}.kubeconfig`);
  writeFileSync(kubeconfig, proxyKubeconfig(port, cluster.adminToken));
  const proxy: FaultyProxy = {
    kubeconfig,
    seen,
    mostAtOnce: () => most,
    opened: () => opened,
    decide: () => null,
    release: () => {
      for (const letGo of held.splice(0)) letGo();
    },
    reset: () => {
      proxy.decide = () => null;
      proxy.release();
      seen.length = 0;
      opened = 0;
      most = now;
    },
    close: async () => {
      proxy.release();
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function keyOf({ method, url }: SeenRequest): string {
  return `${method} ${url.replace(/\?.*/, '')}`;
}

/** client-node accepts plain HTTP only where TLS verification is off. */
function proxyKubeconfig(port: number, token: string): string {
  return JSON.stringify({
    clusters: [{ name: 'proxy', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'admin' } }],
    'current-context': 'proxy',
  });
}
