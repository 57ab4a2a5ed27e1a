import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMap, deployment, secret } from '../manifest-texts.ts';
import { quiet } from './quiet.ts';
import { paths } from './shop.ts';
import { type Story, startStory } from './story.ts';

const written = 'hunter2-"as-it-stands"-in-git';
const changed = 'postgres://shop:hunter2-changed@db/shop';
const lives = 'hunter2-only-in-the-cluster';
const byHand = 'set-by-hand-and-no-secret';

function spellings(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return [value, json, JSON.stringify(json).slice(1, -1), btoa(value), encodeURIComponent(value)];
}

/** What everything is looked through for. */
function leaked(texts: readonly string[], values: readonly string[]): readonly string[] {
  return values.flatMap(spellings).filter((one) => texts.some((text) => text.includes(one)));
}

describe('Of values of Secrets', () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory({ visibility: 'public', env: { LOG_LEVEL: 'debug' } });
  });
  afterAll(() => story.close());

  it('none is on GitHub, in the log, in metrics, in the ledger, or in Redis but in renderings of Git', async () => {
    const { world } = story;
    const cluster = world.clusters['staging'];
    const secretPath = '/api/v1/namespaces/shop/secrets/db';
    const files = (value: string) => ({
      'deploy/staging/secret.yaml': secret('db', { password: value }),
      'deploy/staging/also.yaml': configMap('also', { url: value, 'in.conf': `a: 1\nb: ${value}\n` }),
    });
    await story.release('first', files(written), ['staging']);
    await cluster?.admin.request('PATCH', secretPath, { data: { password: btoa(lives), theirs: btoa(lives) } });
    await cluster?.admin.request('PATCH', paths.configMap('also'), { data: { url: `x ${lives}`, more: byHand } });
    await cluster?.admin.request('PATCH', paths.deployment, {
      metadata: { annotations: { 'example.com/by-hand': byHand, 'example.com/copy': JSON.stringify({ a: lives }) } },
    });

    const wrong = await story.open('wrong', {
      'deploy/staging/odd.yaml': `${secret('odd')}data: { pin: 123456789012, deep: { a: ${JSON.stringify(changed)} } }\n`,
      'deploy/staging/label.yaml': `${configMap('label')}  labels: { a: ${JSON.stringify(written)} }\n`,
    });
    expect((await story.planned(wrong)).conclusion).toBe('failure');
    const broken = await story.open('broken', {
      'deploy/staging/broken.yaml': `${secret('broken')}stringData: { a: ${JSON.stringify(changed)}, a: [\n`,
    });
    expect((await story.planned(broken)).conclusion).toBe('failure');
    const pull = await story.open('change', { ...files(changed), 'deploy/staging/web.yaml': deployment('web:1', 1) });
    expect((await story.planned(pull)).conclusion).toBe('success');
    const commit = await story.merge(pull);
    expect((await story.verdict(commit, 'staging')).state).toBe('success');
    await quiet(world);

    const values = [written, changed, lives, byHand, 'hunter2-changed', '123456789012'];
    const { comments, checkRuns, statuses, deployments, deploymentStatuses } = world.forge.state;
    const forge = [comments, checkRuns, statuses, deployments, deploymentStatuses].map((table) =>
      JSON.stringify(table.where(() => true)),
    );
    expect(forge.join('')).toContain('•••••');
    expect(leaked(forge, values)).toEqual([]);
    const logs = world.processes.map(({ log }) => readFileSync(log, 'utf8'));
    expect(logs.join('')).toContain('"level":"debug"');
    expect(leaked(logs, values)).toEqual([]);
    const metrics = await (await fetch(`${world.fairlead.url}/metrics`)).text();
    expect(leaked([metrics], values)).toEqual([]);
    const maps = await cluster?.admin.request('GET', '/api/v1/namespaces/fairlead/configmaps');
    expect(JSON.stringify(maps?.body)).toContain('applyset');
    expect(leaked([JSON.stringify(maps?.body)], values)).toEqual([]);

    const kept = await everythingIn(world.redis.url);
    const renderings = kept.filter(({ key }) => key.includes(':rendering:'));
    expect(
      leaked(
        renderings.map(({ text }) => text),
        [changed],
      ),
    ).not.toEqual([]);
    expect(
      leaked(
        kept.map(({ text }) => text),
        [lives, byHand],
      ),
    ).toEqual([]);
    const others = kept.filter((one) => !renderings.includes(one));
    expect(others.some(({ text }) => text.includes('•••••'))).toBe(true);
    expect(others.filter(({ key, text }) => leaked([key, text], values).length > 0).map(({ key }) => key)).toEqual([]);
  });
});

/** Every record of Redis, as text. */
async function everythingIn(url: string): Promise<readonly { readonly key: string; readonly text: string }[]> {
  const client = new Redis(url);
  try {
    const keys = await client.keys('*');
    return await Promise.all(keys.map(async (key) => ({ key, text: await textOf(client, key) })));
  } finally {
    client.disconnect();
  }
}

async function textOf(client: Redis, key: string): Promise<string> {
  switch (await client.type(key)) {
    case 'string':
      return plain(await client.getBuffer(key));
    case 'hash':
      return Object.values(await client.hgetallBuffer(key))
        .map(plain)
        .join('\n');
    case 'list':
      return (await client.lrangeBuffer(key, 0, -1)).map(plain).join('\n');
    case 'set':
      return (await client.smembersBuffer(key)).map(plain).join('\n');
    case 'zset':
      return (await client.zrangeBuffer(key, '0', '-1')).map(plain).join('\n');
    case 'stream':
      return JSON.stringify(await client.xrange(key, '-', '+'));
    default:
      return '';
  }
}

function plain(bytes: Buffer | null): string {
  if (bytes === null) return '';
  const isCompressed = bytes.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
  return (isCompressed ? zstdDecompressSync(bytes) : bytes).toString('utf8');
}
