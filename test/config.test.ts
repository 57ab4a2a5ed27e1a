import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, readConfig, variables } from '../src/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const all = {
  APP_ID: '7',
  PRIVATE_KEY: pem,
  WEBHOOK_SECRET: 'hush',
  REDIS_URL: 'redis://localhost:6379',
  FAIRLEAD_CLUSTERS: '/etc/fairlead/clusters.yaml',
};

function config(environment: Readonly<Record<string, string | undefined>>): Config {
  const result = readConfig(environment);
  if (result.kind === 'problems') throw new Error(result.problems.join('\n'));
  return result.config;
}

function problems(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const result = readConfig(environment);
  return result.kind === 'problems' ? result.problems : [];
}

/** The variables that something is wrong with. */
function named(environment: Readonly<Record<string, string | undefined>>): readonly (string | undefined)[] {
  return problems(environment).map((problem) => problem.split(' ')[0]);
}

describe('the configuration', () => {
  it('has defaults for all that is not about this very installation', () => {
    expect(config(all)).toEqual({
      roles: ['web', 'forge', 'cluster'],
      redisUrl: 'redis://localhost:6379',
      log: { level: 'info', format: 'json' },
      listen: { host: '0.0.0.0', port: 3000 },
      url: null,
      web: { webhookSecret: 'hush' },
      forge: {
        appId: 7,
        privateKey: pem.trim(),
        apiUrl: 'https://api.github.com',
        gitUrl: 'https://github.com',
        sweepMs: 300_000,
        dataFolder: null,
      },
      cluster: { serve: null },
      clustersFile: '/etc/fairlead/clusters.yaml',
      programs: {},
    });
  });

  it.each([
    ['https://fairlead.example.com/', 'https://fairlead.example.com'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['https://example.com/fairlead//', 'https://example.com/fairlead'],
  ])('takes %s for its address', (given, url) => {
    expect(config({ ...all, FAIRLEAD_URL: given }).url).toBe(url);
  });

  it.each(['fairlead.example.com', 'ftp://example.com', 'https://ada:hush@example.com', 'https://example.com/?a=b'])(
    'takes %s for no address',
    (given) => {
      expect(named({ ...all, FAIRLEAD_URL: given })).toEqual(['FAIRLEAD_URL']);
      expect(problems({ ...all, FAIRLEAD_URL: given }).join()).not.toContain('hush');
    },
  );

  it('says all that is missing at once', () => {
    expect(named({})).toEqual(['REDIS_URL', 'WEBHOOK_SECRET', 'APP_ID', 'PRIVATE_KEY', 'FAIRLEAD_CLUSTERS']);
  });

  it('says all that is wrong at once, without a value that may be secret', () => {
    const environment = {
      ...all,
      APP_ID: 'hunter2',
      PRIVATE_KEY: 'hush-key',
      REDIS_URL: 'http://:hush-password@localhost',
      GHE_HOST: 'https://ghe.example.com/',
      GHE_PROTOCOL: 'gopher',
      FAIRLEAD_ROLES: 'web,forge,cook',
      FAIRLEAD_SWEEP: 'often',
      PORT: '70000',
      LOG_LEVEL: 'loud',
      LOG_FORMAT: 'xml',
    };
    expect(new Set(named(environment))).toEqual(
      new Set([
        'APP_ID',
        'PRIVATE_KEY',
        'REDIS_URL',
        'GHE_HOST',
        'GHE_PROTOCOL',
        'FAIRLEAD_ROLES',
        'FAIRLEAD_SWEEP',
        'PORT',
        'LOG_LEVEL',
        'LOG_FORMAT',
      ]),
    );
    expect(problems(environment).join(' ')).not.toContain('hush');
  });

  it.each(['', '   '])('refuses a webhook secret that is set to %j', (secret) => {
    expect(named({ ...all, WEBHOOK_SECRET: secret })).toEqual(['WEBHOOK_SECRET']);
  });

  it('asks the web role for its secret and Redis alone', () => {
    const web = config({ FAIRLEAD_ROLES: 'web', WEBHOOK_SECRET: 'hush', REDIS_URL: 'redis://r' });
    expect(web).toMatchObject({ roles: ['web'], forge: null, cluster: null, clustersFile: null });
  });

  it('asks the cluster role for its clusters and Redis alone, and takes nothing of GitHub', () => {
    const cluster = config({ ...all, FAIRLEAD_ROLES: 'cluster', FAIRLEAD_SERVE: 'staging, production' });
    expect(cluster).toMatchObject({ web: null, forge: null, cluster: { serve: ['staging', 'production'] } });
    expect(JSON.stringify(cluster)).not.toContain('hush');
    expect(named({ FAIRLEAD_ROLES: 'cluster' })).toEqual(['REDIS_URL', 'FAIRLEAD_CLUSTERS']);
  });

  it('asks the forge role for no webhook secret', () => {
    expect(config({ ...all, FAIRLEAD_ROLES: 'forge', WEBHOOK_SECRET: undefined }).web).toBeNull();
  });

  it.each([
    ['as it is', { PRIVATE_KEY: pem }],
    ['with its line breaks as \\n', { PRIVATE_KEY: pem.replaceAll('\n', '\\n') }],
    ['in base64', { PRIVATE_KEY: Buffer.from(pem).toString('base64') }],
    ['from its file', { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: path.join(folder, 'key.pem') }],
  ])('takes the private key %s', (_, given) => {
    writeFileSync(path.join(folder, 'key.pem'), pem);
    expect(config({ ...all, ...given }).forge?.privateKey.trim()).toBe(pem.trim());
  });

  it('names the file of a private key that is not there', () => {
    const environment = { ...all, PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: path.join(folder, 'gone.pem') };
    expect(problems(environment)).toEqual([
      `PRIVATE_KEY_PATH names a file that is not there: ${path.join(folder, 'gone.pem')}`,
    ]);
  });

  it('hands programs the way to themselves and to the network, and nothing secret', () => {
    const { programs } = config({ ...all, PATH: '/bin', https_proxy: 'http://proxy', GITHUB_TOKEN: 'hush' });
    expect(programs).toEqual({ PATH: '/bin', https_proxy: 'http://proxy' });
  });

  it('points at another GitHub, its API and its git', () => {
    const { forge } = config({ ...all, GHE_HOST: '127.0.0.1:4711', GHE_PROTOCOL: 'http' });
    expect(forge).toMatchObject({ apiUrl: 'http://127.0.0.1:4711/api/v3', gitUrl: 'http://127.0.0.1:4711' });
  });

  it('listens where it is told, also on any free port', () => {
    expect(config({ ...all, HOST: '127.0.0.1', PORT: '0' }).listen).toEqual({ host: '127.0.0.1', port: 0 });
  });

  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ])('sweeps every %s', (text, ms) => {
    expect(config({ ...all, FAIRLEAD_SWEEP: text }).forge?.sweepMs).toBe(ms);
  });

  it.each(['0s', '5', '-1m', '1.5h', '5 minutes'])('does not sweep every %s', (text) => {
    expect(named({ ...all, FAIRLEAD_SWEEP: text })).toEqual(['FAIRLEAD_SWEEP']);
  });

  it('is the same for all who read it', () => {
    const read = config(all);
    expect(Object.isFrozen(read) && Object.isFrozen(read.listen) && Object.isFrozen(read.roles)).toBe(true);
  });

  it('is in .env.example, variable by variable', () => {
    const example = readFileSync(path.join(import.meta.dirname, '../.env.example'), 'utf8');
    const named = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(variables));
    expect(named).toHaveLength(variables.length);
    const source = readFileSync(path.join(import.meta.dirname, '../src/config.ts'), 'utf8');
    for (const variable of variables) expect(source.split(`'${variable}'`).length - 1).toBeGreaterThanOrEqual(2);
  });
});
