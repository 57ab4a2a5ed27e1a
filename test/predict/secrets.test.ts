import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { configMap, deployment, object, secret } from '../objects.ts';
import { around, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('secrets');
});
afterAll(async () => await world?.close());

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** Every text in what leaves the worker, names of members included. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsOf(member)]);
}

/** How a value may be written; the lines of a key, too. */
function spellings(value: string): readonly string[] {
  const lines = value.split('\n').filter((line) => line.length >= 24 && !line.startsWith('-----'));
  const trimmed = value.trim();
  const all = [value, trimmed, base64(value), base64(trimmed), JSON.stringify(trimmed).slice(1, -1), ...lines];
  return [...new Set([...all, encodeURIComponent(trimmed)])];
}

const core = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{11,15}$/);
const shape = fc.oneof(
  core,
  core.map((one) => `${one}"'\\<&>$\t`),
  core.map((one) => `pä${one}ß😀`),
  core.map((one) => `${one}\n`),
  core.map((one) => `-----BEGIN PRIVATE KEY-----\n${base64(one.repeat(3))}\n-----END PRIVATE KEY-----\n`),
  core.map((one) => `{"auths":{"r.example":{"auth":"${one}","x":[1]}}}`),
  core.map((one) => `postgres://shop:${one}@db:5432/shop?ssl=on`),
  core.map((one) => base64(base64(one))),
  fc.stringMatching(/^[1-9][0-9]{9,14}$/),
);

/** Environment and configuration that hold a value as values come to be held. */
function holders(name: string, value: string, words: readonly KubernetesObject[] = []): readonly KubernetesObject[] {
  const env = { PLAIN: value, IN: `x=${value};y` };
  const annotations = { 'checksum/config': value, 'example.com/applied': JSON.stringify({ spec: { value } }) };
  const text = {
    'app.conf': `a: 1\nvalue: ${value}\nb: 2\n`,
    'in.json': JSON.stringify({ value }),
    coded: base64(value),
  };
  return [deployment(name, { env, annotations }), configMap(name, text), ...words];
}

describe('Whatever values Secrets have, none of them is in a plan:', () => {
  it('not of what Git says, nor of what lives, nor of what the API server answers', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(shape, { minLength: 4, maxLength: 4 }),
        core,
        fc.constantFrom('private', 'public'),
        async (values, name, visibility) => {
          const [old = '', now = '', live = '', foreign = ''] = values;
          run += 1;
          const stage = await world.namespace(`values-${run}`);
          const at = (path: string) => `${path.replace('NS', stage.name)}`;
          const job = (value: string) =>
            object('batch/v1', 'Job', 'once', {
              spec: {
                template: {
                  spec: {
                    restartPolicy: 'Never',
                    containers: [{ name: 'c', image: 'i', env: [{ name: 'A', value }] }],
                  },
                },
              },
            });
          const tls = (value: string) =>
            object('v1', 'Secret', 'tls', {
              type: 'kubernetes.io/tls',
              data: { 'tls.crt': base64('crt'), 'tls.key': base64(value) },
            });
          const released = [
            secret('app', { key: old, drifts: old, goes: old, short: 'q7#' }),
            tls(old),
            object('v1', 'Secret', 'names', { stringData: { name } }),
            ...holders('app', old, [job(old), configMap('gone', { old })]),
          ];
          const ledger = await stage.release(...released);
          await stage.edit(at('/api/v1/namespaces/NS/secrets/app'), {
            data: { drifts: base64(live), foreign: base64(foreign) },
            metadata: { annotations: { 'example.com/copy': JSON.stringify({ data: { drifts: base64(live) } }) } },
          });
          await stage.edit(at('/api/v1/namespaces/NS/configmaps/app'), {
            data: { 'app.conf': `live ${live}`, more: foreign },
          });
          const env = [
            { name: 'PLAIN', value: live },
            { name, value: foreign },
          ];
          await stage.edit(at('/apis/apps/v1/namespaces/NS/deployments/app'), {
            metadata: { annotations: { 'checksum/config': live }, labels: { [name]: 'x' } },
            spec: { template: { spec: { containers: [{ name: 'web', image: 'web:1', env }] } } },
          });
          const merged = [
            secret('app', { key: now, drifts: now, comes: now, short: 'q7#x' }),
            tls(now),
            object('v1', 'Secret', 'names', { stringData: { name } }),
            ...holders('app', now, [job(now)]),
            object('v1', 'Secret', 'login', { type: 'kubernetes.io/basic-auth', stringData: { password: now } }),
            object('v1', 'Secret', 'number', { data: { pin: 1234567890123, deep: { [name]: now } } }),
            configMap('label', {}),
            object('v1', 'ConfigMap', 'labelled', {
              metadata: { name: 'labelled', labels: { a: now, b: `- ${now}` } },
            }),
            object('v1', 'ConfigMap', 'wrong', { data: { a: { [name]: now } } }),
            {
              ...deployment('wrong'),
              spec: { [name]: now, template: { spec: { containers: [{ name: 'c', [name]: now }] } } },
            },
            object('v1', 'Service', 'wrong', { spec: { type: now, ports: [{ port: 80, name: now }] } }),
          ];
          const ignore = [
            { kind: 'Deployment', name: null, path: '/spec/template/spec/containers/0/env', manager: null, line: 3 },
          ];
          const { plan } = await stage.plan({
            ledger,
            released,
            merged,
            environment: run % 2 === 0 ? { ignore } : {},
            change: { visibility },
          });
          const shown = textsOf(plan);
          expect(plan.changes.length).toBeGreaterThan(9);
          for (const value of [old, now, live, foreign, name, 'q7#', '1234567890123']) {
            for (const one of spellings(value)) {
              expect(
                shown.filter((text) => text.includes(one)),
                `${JSON.stringify(value)} as ${one}`,
              ).toEqual([]);
            }
          }
        },
      ),
      { numRuns: 12, interruptAfterTimeLimit: 60_000 },
    );
  }, 120_000);
});

describe('Whoever guesses a value learns nothing from a plan:', () => {
  const guesses = ['hunter2-that-lives', 'hunter2-not-at-all'];
  const guessing = (guess: string) => [
    configMap('guess', { a: guess, b: `x ${guess} y` }),
    deployment('guess', { env: { A: guess }, annotations: { [`example.com/${guess}`]: guess } }),
    object('v1', 'ConfigMap', 'odd', { metadata: { name: 'odd', labels: { a: `- ${guess}` } } }),
    { ...configMap('wrong'), [guess]: 1 },
  ];

  it.each([
    ['of a Secret that somebody else made', { db: secret('db', { key: 'mine' }), ours: false }],
    ['of a key that somebody else set', { db: secret('db', { ours: '1' }), ours: true }],
  ])('%s', async (_name, { db, ours }) => {
    const told: string[] = [];
    for (const [index, guess] of guesses.entries()) {
      const stage = await world.namespace(`guess-${ours ? 'key' : 'secret'}-${index}`);
      const path = `/api/v1/namespaces/${stage.name}/secrets`;
      const ledger = ours ? await stage.release(db) : null;
      const theirs = { metadata: { name: 'db' }, data: { key: btoa(guesses[0] ?? '') } };
      if (ours) await stage.edit(`${path}/db`, theirs, 'cert-manager');
      else await world.cluster.admin.request('POST', path, theirs);
      const merged = [db, ...guessing(guess), secret('label', { a: '1' })];
      const { plan } = await stage.plan({ ledger, released: ours ? [db] : null, merged });
      const { digest: _digest, at: _at, ...rest } = plan;
      const text = JSON.stringify(rest, (name, value: unknown) => (name === 'effect' || name === 'at' ? null : value));
      told.push(text.replaceAll(stage.name, 'NAMESPACE').replaceAll(guess, 'GUESS'));
      expect(plan.changes.length).toBeGreaterThan(3);
    }
    expect(told[1]).toBe(told[0]);
    expect(told[0]).toContain('GUESS');
  });
});

describe('Two equal values', () => {
  it('look like any two', async () => {
    const shown = [];
    for (const [index, other] of ['equal-value-1', 'another-value'].entries()) {
      const stage = await world.namespace(`equal-${index}`);
      const before = [secret('a', { x: 'before-before' }), secret('b', { y: 'before-before' })];
      const ledger = await stage.release(...before);
      const merged = [secret('a', { x: 'equal-value-1', n: 'equal-value-1' }), secret('b', { y: other, m: other })];
      const { plan } = await stage.plan({ ledger, released: before, merged });
      const lists = plan.changes.map(({ identity, paths, diff, warnings }) => ({
        name: identity.name,
        paths,
        diff,
        warnings,
      }));
      const effects = plan.changes.map(({ effect }) => effect);
      expect(new Set(effects).size).toBe(2);
      shown.push(JSON.stringify(lists).replaceAll(stage.name, 'NAMESPACE'));
    }
    expect(shown[0]).toBe(shown[1]);
  });
});

describe('In a public repository', () => {
  it('no value is told that only the cluster has, wherever it comes from', async () => {
    const stage = await world.namespace('nothing-live');
    const lives = (place: string) => `lives-${place}-only`;
    const released = [
      configMap('c', { a: '1' }),
      configMap('gone', { a: '1' }),
      deployment('web'),
      secret('s', { a: '1' }),
    ];
    const ledger = await stage.release(...released);
    const at = `/api/v1/namespaces/${stage.name}`;
    await stage.edit(`${at}/configmaps/c`, { data: { a: lives('drift'), b: lives('foreign') } });
    await stage.edit(`${at}/configmaps/gone`, { data: { a: lives('deleted'), b: lives('deleted-foreign') } });
    const annotations = { 'example.com/by-hand': lives('annotation') };
    await stage.edit(`${at}/secrets/s`, { metadata: { annotations }, data: { a: btoa(lives('secret')) } });
    const env = [{ name: 'A', value: lives('env') }];
    const containers = [{ name: 'web', image: `${lives('image')}:1`, env }];
    await stage.edit(`/apis/apps/v1/namespaces/${stage.name}/deployments/web`, {
      metadata: { annotations },
      spec: {
        template: {
          metadata: { labels: { 'by-hand': lives('label') } },
          spec: { serviceAccountName: lives('account'), containers },
        },
      },
    });
    const adopted = { metadata: { name: 'adopted' }, data: { a: lives('adopted') } };
    await world.cluster.admin.request('POST', `${at}/configmaps`, adopted);
    const merged = [
      configMap('c', { a: '2' }),
      configMap('adopted', { a: '1' }),
      deployment('web', { image: 'web:2' }),
      secret('s', { a: '2' }),
    ];
    for (const environment of [{}, { conflicts: 'take' }, { foreign: 'remove' }, { foreign: 'block' }] as const) {
      const { plan } = await stage.plan({ ledger, released, merged, environment, change: { visibility: 'public' } });
      expect(plan.changes.length).toBeGreaterThan(4);
      expect(textsOf(plan).filter((text) => text.includes('lives-'))).toEqual([]);
    }
  });
});

describe('A deletion that the API server refuses', () => {
  it('of a Secret is told without its words', async () => {
    const stage = await world.namespace('refused-removal');
    const gone = [secret('s', { a: 'hunter2-hunter2' }), configMap('c', { a: '1' })];
    const ledger = await stage.release(...gone);
    const message = 'admission webhook "x" denied the request: has h-u-n-t-e-r, Invalid value: "h-u-n": no';
    const { plan } = await stage.plan({
      ledger,
      released: gone,
      merged: [configMap('other')],
      through: (cluster) => around(cluster, { remove: () => Promise.resolve({ kind: 'refused', message }) }),
    });
    expect(JSON.stringify(plan.changes.filter(({ identity }) => identity.kind === 'Secret'))).not.toContain('h-u-n');
    const other = plan.changes.find(({ identity }) => identity.name === 'c');
    expect(reasonOf(other)?.message).toBe('admission webhook "x" denied the request: has h-u-n-t-e-r, no');
  });
});
