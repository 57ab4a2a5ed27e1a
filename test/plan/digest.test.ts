import { describe, expect, it } from 'vitest';
import type { GoesWith } from '../../src/domain/goes-with.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import type { Cause } from '../../src/domain/plan.ts';
import { digestOf, effectOf } from '../../src/plan/digest.ts';
import { allocated } from '../../src/plan/fields/allocated.ts';
import type { Judgement, PossibleJudgement } from '../../src/plan/judgement.ts';
import { acmeShop } from '../acme-shop.ts';
import { objectIn } from '../objects.ts';
import { judgement } from './judgements.ts';

const key = new Uint8Array(32).fill(1);
const place = { repository: acmeShop, environment: 'staging' };
const config = objectIn('shop', 'v1', 'ConfigMap', 'c', { data: { a: '1' } });
const alive = (uid: string): Judgement['live'] => ({
  kind: 'present',
  object: withMetadata(config, { uid, resourceVersion: '5' }),
});

function withMetadata(manifest: KubernetesObject, metadata: object): KubernetesObject {
  return { ...manifest, metadata: { ...manifest.metadata, ...metadata } };
}

function path(name: string, live: string | undefined, merged: string | undefined, ...causes: readonly Cause[]) {
  return { path: ['data', name], live, merged, causes };
}

function update(changes: Partial<PossibleJudgement> = {}): PossibleJudgement {
  const paths = [path('a', '1', '2', 'pull-request')];
  return judgement(config, { action: 'update', live: alive('u'), paths, ...changes });
}

const effect = (one: Judgement) => effectOf(one, key);

describe('An effect is the same', () => {
  it.each([
    ['with drift beside it', update({ paths: [...update().paths, path('b', '7', '1', 'drift')] })],
    ['with an unreleased path beside it', update({ paths: [...update().paths, path('b', '1', '2', 'unreleased')] })],
    ['with what the cluster has already', update({ paths: [...update().paths, path('b', '2', '2', 'already')] })],
    [
      'with an allocated value beside it',
      update({ paths: [...update().paths, path('b', undefined, allocated, 'pull-request')] }),
    ],
    [
      'at another resourceVersion',
      update({ live: { kind: 'present', object: withMetadata(config, { uid: 'u', resourceVersion: '6' }) } }),
    ],
    ['with warnings', update({ warnings: ['w'] })],
  ])('%s', (_name, other) => {
    expect(effect(other)).toBe(effect(update()));
  });

  it('in whatever order its paths are found', () => {
    const [a, b] = [path('a', '1', '2', 'pull-request'), path('b', '1', '2', 'pull-request')];
    expect(effect(update({ paths: [a, b] }))).toBe(effect(update({ paths: [b, a] })));
  });
});

describe('An effect is another', () => {
  it.each([
    ['with another value after', update({ paths: [path('a', '1', '3', 'pull-request')] })],
    ['with another value before', update({ paths: [path('a', '0', '2', 'pull-request')] })],
    ['with nothing before', update({ paths: [path('a', undefined, '2', 'pull-request')] })],
    ['at another path', update({ paths: [path('b', '1', '2', 'pull-request')] })],
    ['of another object of the name', update({ live: alive('other') })],
    [
      'of another name',
      judgement(objectIn('shop', 'v1', 'ConfigMap', 'd'), {
        ...update(),
        subject: judgement(objectIn('shop', 'v1', 'ConfigMap', 'd')).subject,
      }),
    ],
    ['as a deletion', update({ action: 'delete' })],
    ['under another key', null],
  ])('%s', (_name, other) => {
    const found = other === null ? effectOf(update(), new Uint8Array(32)) : effect(other);
    expect(found).not.toBe(effect(update()));
    expect(found).toMatch(/^[0-9a-f]{64}$/);
  });

  const removal = (goesWith: GoesWith) => effect(update({ action: 'delete', goesWith }));
  const contents = (claims: number, unread: readonly string[] = [], pods = 0): GoesWith => ({
    kind: 'contents',
    counts: [
      { kind: 'Pod', count: pods },
      { kind: 'PersistentVolumeClaim', count: claims },
    ],
    unplanned: { count: 0, names: [] },
    unread,
  });
  const volume = (reclaimPolicy: string | null): GoesWith => ({
    kind: 'volume',
    size: '1Gi',
    storageClass: null,
    bound: 'v',
    reclaimPolicy,
  });
  const resources = (count: number, whole = true): GoesWith => ({
    kind: 'custom-resources',
    of: 'Widget',
    count,
    namespaces: 1,
    outside: 0,
    unplanned: { count, names: [] },
    whole,
  });

  it.each<[string, GoesWith, GoesWith]>([
    ['more claims go with a namespace', contents(1), contents(2)],
    ['nobody knows which claims go with it', contents(0), contents(0, ['PersistentVolumeClaim'])],
    ['a volume is deleted that was retained', volume('Retain'), volume('Delete')],
    ['there are objects of a kind that had none', resources(0), resources(1)],
    ['nobody knows how many there are', resources(1), resources(1, false)],
  ])('where %s', (_name, one, other) => {
    expect(removal(one)).not.toBe(removal(other));
  });

  it('but not where what comes and goes by itself is more', () => {
    expect(removal(contents(1, [], 3))).toBe(removal(contents(1)));
    expect(removal(resources(1))).toBe(removal(resources(2)));
  });

  it('where other fields are dropped from what lives, whoever drops them; but not where more objects hold them', () => {
    const drops = (fields: readonly string[], count = 1) => {
      const goesWith = { kind: 'dropped-fields', of: 'Widget', fields, count, outside: 0, whole: true } as const;
      return effect(update({ fromPullRequest: false, goesWith }));
    };
    expect(drops(['spec.a'])).not.toBe('');
    expect(drops(['spec.a'])).not.toBe(drops(['spec.a', 'spec.b']));
    expect(drops(['spec.a'], 2)).toBe(drops(['spec.a']));
  });

  it('where the content of a new object is another', () => {
    expect(effect(judgement({ ...config, data: { a: '2' } }))).not.toBe(effect(judgement(config)));
  });
});

describe('There is no effect', () => {
  it.each([
    ['of drift alone', update({ fromPullRequest: false })],
    ['of a creation that somebody’s deletion causes', judgement(config, { fromPullRequest: false })],
    ['of what is unchanged', update({ action: 'unchanged' })],
  ])('%s', (_name, other) => {
    expect(effect(other)).toBe('');
  });

  it('but of every deletion and replacement, whoever causes it', () => {
    for (const action of ['delete', 'replace'] as const) {
      expect(effect(update({ action, fromPullRequest: false }))).not.toBe('');
    }
  });
});

describe('A digest', () => {
  it('is the same in whatever order the objects come, and without those that have no effect', () => {
    expect(digestOf(place, ['b', 'a', ''], key)).toBe(digestOf(place, ['a', 'b'], key));
    expect(digestOf(place, ['a'], key)).not.toBe(digestOf(place, ['a', 'b'], key));
    expect(digestOf(place, [], key)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is of one environment of one repository, also where nothing has an effect: a link opens no other plan', () => {
    for (const effects of [[], ['a']]) {
      const digest = digestOf(place, effects, key);
      expect(digestOf({ ...place, environment: 'production' }, effects, key)).not.toBe(digest);
      expect(digestOf({ ...place, repository: { ...acmeShop, id: acmeShop.id + 1 } }, effects, key)).not.toBe(digest);
    }
  });
});
