import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { configMap, deployment, object, secret } from '../objects.ts';
import { type PredictionWorld, predictionWorld } from './world.ts';

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
