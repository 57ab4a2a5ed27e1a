import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningHttpServer, startHttpServer } from '../../src/adapters/http/server.ts';
import type { Change } from '../../src/domain/plan.ts';
import { judgeLink, planKeptMs, planLink } from '../../src/domain/plan-link.ts';
import type { PlanLinks } from '../../src/ports/plan-links.ts';
import { planRoute } from '../../src/roles/plan-route.ts';
import { acmeShop as repository } from '../acme-shop.ts';
import { silentLogger } from '../fakes/logger.ts';
import { FakeRecords } from '../fakes/records.ts';
import { aChange, anImageChange, aPlan, planned } from '../present/sample-view.ts';

const key = Buffer.alloc(32, 7);

describe('GET /plans/:digest', () => {
  let server: RunningHttpServer;
  let records: FakeRecords;
  let now: number;
  let judge: PlanLinks['judge'];
  beforeEach(async () => {
    records = new FakeRecords();
    now = Date.parse(aPlan('production', []).at);
    judge = async (link) => judgeLink(link, key, now);
    const planLinks: Pick<PlanLinks, 'judge'> = { judge: (link) => judge(link) };
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      routes: [planRoute({ records, planLinks })],
      maxBodyBytes: 1_000,
      maxBodiesBytes: 1_000,
      maxUnreadBytes: 30_000_000,
      log: silentLogger,
      onFinished: () => {},
    });
  });
  afterEach(() => server.close(100));

  const linkTo = async (changes: readonly Change[]): Promise<string> => {
    const plan = aPlan('production', changes);
    await records.savePlan(repository, 12, 'production', planned(plan));
    return planLink(plan, { url: server.url, key });
  };

  it('shows every object of the plan to whoever has a link', async () => {
    const answer = await fetch(await linkTo([anImageChange(), aChange({ kind: 'Service' }, { action: 'create' })]));
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain('<h1>Plan of production</h1>');
    expect(html).toContain('<span class="come">+        image: registry.example.com/web:1.5.0</span>');
    expect(html).toContain('create · Service shop/web');
  });

  it('lets the browser run and load nothing but the page’s own, and tells nobody the address', async () => {
    const answer = await fetch(await linkTo([anImageChange()]));
    const html = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    for (const [tag, directive] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ] as const) {
      const inside = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html)?.[1] ?? '';
      const hash = createHash('sha256').update(inside).digest('base64');
      expect(policy).toContain(`${directive} 'sha256-${hash}'`);
    }
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow, noarchive',
    });
  });

  it.each([
    ['a changed signature', (link: string) => link.replace(/signature=.{4}/, 'signature=AAAA')],
    ['no signature', (link: string) => link.replace(/\?.*/, '')],
    ['another digest', (link: string) => link.replace(/plans\/.{8}/, 'plans/00000000')],
  ])('says of a link with %s what to do', async (_what, forge) => {
    const answer = await fetch(forge(await linkTo([])));
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<code>/plan</code>');
  });

  it('says of a link that has ended, and of a plan that was forgotten, what to do', async () => {
    const link = await linkTo([anImageChange()]);
    records.clear();
    const forgotten = await fetch(link);
    expect(forgotten.status).toBe(404);
    expect(await forgotten.text()).toContain('<code>/plan</code>');
    now += planKeptMs;
    const ended = await fetch(link);
    expect(ended.status).toBe(410);
    expect(await ended.text()).toContain('<code>/plan</code>');
  });

  it('shows ten thousand objects in parts, and finds one of them without a script', async () => {
    const diff = ` spec:\n${Array.from({ length: 30 }, (_, line) => `+  line ${line}: of some length\n`).join('')}`;
    const changes = Array.from({ length: 10_000 }, (_, index) => aChange({ name: `web-${index}` }, { diff }));
    const link = await linkTo(changes);
    const answers = await Promise.all([fetch(link), fetch(`${link}&find=web-9876`), fetch(`${link}&part=3`)]);
    const [first, found, third] = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(first?.match(/<details class="object"/g)).toHaveLength(250);
    expect(first?.length).toBeLessThan(2_000_000);
    expect(first).toContain('250 of 10,000 objects');
    expect(found).toContain('web-9876');
    expect(found?.match(/<details class="object"/g)).toHaveLength(1);
    expect(third).toContain('shop/web-500<');
  });

  it('writes only so many pages at once', async () => {
    const link = await linkTo([anImageChange()]);
    let answer = (): void => {};
    const hangs = new Promise<null>((resolve) => {
      answer = () => resolve(null);
    });
    records.planByDigest = () => hangs;
    const waiting = Array.from({ length: 4 }, () => fetch(link));
    const beyond = fetch(link);
    expect((await Promise.race([beyond, ...waiting])).status).toBe(503);
    answer();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toContain(404);
  });
  it('keeps nobody with a link out for the sake of those without one', async () => {
    const link = await linkTo([anImageChange()]);
    let answer = (): void => {};
    const hangs = new Promise<'forged'>((resolve) => {
      answer = () => resolve('forged');
    });
    const judged = judge;
    judge = (asked) => (asked.signature.startsWith('x') ? hangs : judged(asked));
    const without = Array.from({ length: 8 }, () => fetch(link.replace('signature=', 'signature=x')));
    expect((await fetch(link)).status).toBe(200);
    answer();
    expect((await Promise.all(without)).map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 403));
  });
});
