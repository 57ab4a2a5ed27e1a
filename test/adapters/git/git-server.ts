import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

/** A bare repository behind git's own HTTP server, with the one token that opens it. */
export interface GitServer {
  readonly url: string;
  readonly authorization: string;
  /** Paths of the requests it got, newest last. */
  readonly requests: string[];
  /** What to answer instead of git, once for each request; null: git answers. */
  failWith: number | null;
  /** Commits files on a branch (made from `from` where it is new) and returns the commit. `null` removes a file. */
  commit(change: CommitChange): string;
  /** Makes a tree of lines as `git ls-tree` writes them, whatever their names. */
  makeTree(lines: readonly string[]): string;
  /** Runs git in the repository. */
  git(...args: readonly string[]): string;
  close(): Promise<void>;
}

export interface CommitChange {
  readonly branch: string;
  readonly from?: string;
  readonly files: Readonly<Record<string, string | Uint8Array | null>>;
}

export async function startGitServer(): Promise<GitServer> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'fairlead-git-server-'));
  const directory = path.join(root, 'acme', 'shop.git');
  execFileSync('git', ['init', '-q', '--bare', directory]);
  const run = (args: readonly string[], input: string | Uint8Array, environment: Record<string, string>): string =>
    execFileSync('git', ['-C', directory, ...args], { env: { ...identity, ...environment }, input, maxBuffer: 1e8 })
      .toString()
      .trimEnd();
  const git = (...args: readonly string[]): string => run(args, '', {});
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');

  const token = Buffer.from('x-access-token:secret-token').toString('base64');
  const state = { failWith: null as number | null, requests: [] as string[] };
  const server = http.createServer((request, response) => {
    state.requests.push(request.url ?? '');
    if (state.failWith !== null) return void response.writeHead(state.failWith).end();
    if (request.headers.authorization !== `Basic ${token}`) {
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    }
    serveGit(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/acme/shop.git`,
    authorization: `Basic ${token}`,
    git,
    makeTree: (lines: readonly string[]) =>
      run(['mktree', '-z', '--missing'], lines.map((line) => `${line}\0`).join(''), {}),
    commit({ branch, from = branch, files }: CommitChange): string {
      const parent = git('for-each-ref', '--format=%(objectname)', `refs/heads/${from}`);
      const who = `${identity.GIT_COMMITTER_NAME} <${identity.GIT_COMMITTER_EMAIL}> ${Math.floor(Date.now() / 1_000)} +0000`;
      // One process for all files: https://git-scm.com/docs/git-fast-import
      const parts = [
        `reset refs/heads/${branch}\n`,
        `commit refs/heads/${branch}\nmark :1\ncommitter ${who}\ndata 6\nchange\n`,
        parent === '' ? '' : `from ${parent}\n`,
        ...Object.entries(files).flatMap(([name, content]) => {
          if (content === null) return [`D ${quoted(name)}\n`];
          const bytes = Buffer.from(content);
          return [`M 100644 inline ${quoted(name)}\ndata ${bytes.length}\n`, bytes, '\n'];
        }),
        'get-mark :1\n',
      ];
      return run(['fast-import', '--quiet', '--force'], Buffer.concat(parts.map((part) => Buffer.from(part))), {});
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(root, { recursive: true, force: true });
    },
  });
}

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

const identity = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

function serveGit(root: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.on('close', () => {
    const answer = Buffer.concat(chunks);
    const headEnd = answer.indexOf('\r\n\r\n');
    for (const line of answer.toString('latin1', 0, headEnd).split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(headEnd + 4));
  });
}
