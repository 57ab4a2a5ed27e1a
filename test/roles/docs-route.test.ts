import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningHttpServer, startHttpServer } from '../../src/adapters/http/server.ts';
import { shownDocs } from '../../src/present/text/doc-link.ts';
import { docsRoute } from '../../src/roles/docs-route.ts';
import { silentLogger } from '../fakes/logger.ts';

describe('GET /docs/:name', () => {
  let server: RunningHttpServer;
  beforeEach(async () => {
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      routes: [docsRoute(new URL('../../docs/', import.meta.url))],
      maxBodyBytes: 1_000,
      maxBodiesBytes: 1_000,
      maxUnreadBytes: 1_000_000,
      log: silentLogger,
      onFinished: () => {},
    });
  });
  afterEach(() => server.close(100));

  it.each(shownDocs)('shows %s, which comments refer to', async (name) => {
    const answer = await fetch(`${server.url}/docs/${name}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toBe('');
  });

  it('shows Markdown as a page, without links that lead nowhere, and what is applied as it is', async () => {
    const page = await (await fetch(`${server.url}/docs/orphaned.md`)).text();
    expect(page).toContain('<h1>What stays behind</h1>');
    expect(page).not.toContain('href="adr');
    const yaml = await (await fetch(`${server.url}/docs/cluster.yaml`)).text();
    expect(yaml).toMatch(/^apiVersion: /m);
  });

  it.each(['adr', '..%2Fpackage.json', 'README.md', ''])('shows nothing else: %s', async (name) => {
    expect((await fetch(`${server.url}/docs/${name}`)).status).toBe(404);
  });
});
