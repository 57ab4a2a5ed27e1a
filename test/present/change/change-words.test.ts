import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/domain/effect.ts';
import type { Change, PathChange } from '../../../src/domain/plan.ts';
import { changeName, changeWords } from '../../../src/present/change/change-words.ts';
import { effectsInAll } from '../../../src/present/change/effect-sums.ts';
import { effectWords } from '../../../src/present/change/effects.ts';
import { inMarkdown } from '../../../src/present/text/words.ts';
import { everyEffect } from '../../every-effect.ts';
import { aChange, aPath } from '../sample-view.ts';

const image = 'spec.template.spec.containers[name=web].image';
const restarts: Effect = { kind: 'restarts-pods', pods: 3, manner: 'rolling' };

function moved(from: string, to: string, containers: readonly string[] = ['web']): Effect {
  return { kind: 'moves-image', containers, from, to };
}

function scaled(from: number | null, to: number, given: Partial<Extract<Effect, { kind: 'scales' }>> = {}): Effect {
  return { kind: 'scales', from, to, back: false, dropped: false, ...given };
}

it('An object is called by its API group where only that tells it from another one', () => {
  const identity = { group: 'serving.knative.dev', kind: 'Service' };
  expect(changeName(aChange(identity))).toBe('update · Service shop/web');
  expect(changeName(aChange(identity, { namesake: true }))).toBe('update · Service.serving.knative.dev shop/web');
  expect(changeName(aChange({ ...identity, group: '' }, { namesake: true }))).toBe('update · Service shop/web');
});

describe('a change in few words', () => {
  it.each<[string, Partial<Change['identity']>, readonly PathChange[], readonly Effect[], string]>([
    [
      'its image before what that does',
      {},
      [aPath(image, { before: 'r.example/web:1', after: 'r.example/web:2' }), aPath('spec.minReadySeconds')],
      [restarts, moved('r.example/web:1', 'r.example/web:2')],
      'image `1` → `2`, `spec.minReadySeconds` `a` → `b`, restarts 3 pods',
    ],
    [
      'what is grave before its fields',
      {},
      [aPath('spec.minReadySeconds')],
      [restarts, { kind: 'renames-claims', gone: ['data'], come: [] }],
      '⚠️ its data stays behind in claims of `data`, `spec.minReadySeconds` `a` → `b`, restarts 3 pods',
    ],
    ['scaling', {}, [aPath('spec.replicas', { before: 3, after: 6 })], [scaled(3, 6)], 'scales 3 → 6'],
    [
      'scaling to nothing',
      {},
      [aPath('spec.replicas', { before: 3, after: 0 })],
      [{ kind: 'stops-pods', pods: 3, by: 'scaling' }],
      'stops its pods (scales 3 → 0)',
    ],
    [
      'a key of a ConfigMap, also with dots',
      { kind: 'ConfigMap', group: '' },
      [aPath('data["app.conf"]'), aPath('data.other', { before: undefined })],
      [],
      'key `app.conf` changes, key `other` is added',
    ],
    [
      'two fields and the number of the others',
      { kind: 'Service', group: '' },
      [aPath('spec.a'), aPath('spec.b', { after: undefined }), aPath('spec.c'), aPath('spec.d')],
      [],
      '`spec.a` `a` → `b`, `spec.b` removed (was `a`), 2 more fields',
    ],
    [
      'a host that moves, and not each field of its rule',
      { kind: 'Ingress', group: 'networking.k8s.io' },
      [
        aPath('spec.rules[host=a.example].http.paths[path=/].pathType', { after: undefined }),
        aPath('spec.rules[host=b.example].http.paths[path=/].pathType', { before: undefined }),
        aPath('spec.rules[host=c.example].http.paths[path=/].pathType'),
      ],
      [{ kind: 'moves-hosts', gone: ['a.example'], come: ['b.example'] }],
      'host `a.example` goes, host `b.example` comes, `spec.rules[host=c.example].http.paths[path=/].pathType` `a` → `b`',
    ],
    [
      'a value that goes and may not be told as gone',
      {},
      [aPath('metadata.labels.team', { before: '(not shown)', after: undefined })],
      [],
      '`metadata.labels.team` removed',
    ],
    [
      'a large value by its path',
      { kind: 'Service', group: '' },
      [aPath('spec.other', { before: [], after: [{ port: 80 }] })],
      [],
      '`spec.other` changes',
    ],
  ])('tells %s', (_what, identity, paths, effects, words) => {
    expect(inMarkdown(changeWords(aChange(identity, { paths, effects })))).toBe(words);
  });
});

describe('an image that moves is told by', () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  it.each([
    ['its tag', moved('r.example/web:1', 'r.example/web:2'), 'image `1` → `2`'],
    [
      'its tag, behind a registry with a port',
      moved('localhost:5000/web:1', 'localhost:5000/web:2'),
      'image `1` → `2`',
    ],
    ['its whole name where that is another', moved('a/web:1', 'b/web:1'), 'image `a/web:1` → `b/web:1`'],
    [
      'its registry, too, where that is another',
      moved('a.example/web:1', 'b.example/web:1'),
      'image `a.example/web:1` → `b.example/web:1`, from another registry',
    ],
    [
      'its digest where the tag stays',
      moved(`web:1@${digest('a')}`, `web:1@${digest('b')}`),
      'image `sha256:aaaaaaaaaaaa` → `sha256:bbbbbbbbbbbb` under the same tag 1',
    ],
    ['a tag that moves', moved('web:1', 'web:latest'), 'image `1` → `latest` (may be another image at the next start)'],
    ['how many containers run it', moved('web:1', 'web:2', ['a', 'b']), 'image of 2 containers `1` → `2`'],
    ['what may be told of it', moved('(not shown)', 'a.example/web:2'), 'image `(not shown)` → `a.example/web:2`'],
  ])('%s', (_what, effect, words) => {
    expect(inMarkdown(effectWords(effect))).toBe(words);
  });
});

describe('effects in words', () => {
  it.each<[Effect, string]>([
    [{ ...restarts, pods: 1, manner: 'at-once' }, 'restarts 1 pod, all at once, with a gap'],
    [{ ...restarts, pods: null }, 'restarts its pods'],
    [{ kind: 'restarts-later', until: 'deleted' }, 'restarts no pod until somebody deletes it (OnDelete)'],
    [scaled(5, 3, { back: true }), 'scales back 5 → 3'],
    [scaled(3, 1, { dropped: true }), 'scales 3 → 1, the default, for Git no longer says how many'],
    [scaled(null, 2), 'scales to 2'],
    [
      { kind: 'moves-hosts', gone: ['a.example'], come: ['b.example'] },
      'host `a.example` goes, host `b.example` comes',
    ],
    [
      { kind: 'changes-ports', closes: ['80'], opens: [], moves: [{ port: '443', from: '8443', to: 'https' }] },
      'closes port `80`, port `443` goes to `https` instead of `8443`',
    ],
    [
      { kind: 'binds', subjects: ['Group system:authenticated'], role: 'ClusterRole cluster-admin', grave: true },
      '⚠️ gives `ClusterRole cluster-admin` to `Group system:authenticated`',
    ],
    [{ kind: 'grants', rules: ['a', 'b', 'c', 'd', 'e'], grave: false }, 'allows to `a`, `b`, `c`, 2 more'],
    [{ kind: 'opens-network', rules: 2 }, 'allows more traffic (2 new rules)'],
  ])('$0.kind', (effect, words) => {
    expect(inMarkdown(effectWords(effect))).toBe(words);
  });

  it('are there for every kind', () => {
    for (const effect of everyEffect(() => 'x')) expect(inMarkdown(effectWords(effect)), effect.kind).not.toBe('');
  });

  it('are counted over a plan, the gravest first', () => {
    const does = (...effects: readonly Effect[]) => aChange({}, { effects });
    const data: Effect = { kind: 'deletes-data', claims: null };
    const sums = effectsInAll([
      does(restarts, moved('a:1', 'a:2')),
      does({ kind: 'ends-traffic' }),
      does(data),
      does(data),
      does({ kind: 'deletes-namespace' }),
      does(restarts, scaled(2, 3)),
    ]);
    expect(sums.map(({ words }) => words)).toEqual([
      'deletes a namespace and everything in it',
      'deletes 2 volume claims and their data',
      'ends the traffic of a service or route',
      'scales a workload',
      'restarts 6 pods',
    ]);
    expect(sums.map(({ grave }) => grave)).toEqual([true, true, true, false, false]);
  });

  it('count workloads where the number of their pods is not to be known', () => {
    const unknown = aChange({}, { effects: [{ ...restarts, pods: null }] });
    expect(effectsInAll([unknown, aChange({}, { effects: [restarts] })])).toEqual([
      { words: 'restarts the pods of 2 workloads', grave: false },
    ]);
  });

  it.each([
    ['deleted', 'delete', 'deletes 2 volume claims and their data (data-db-0, data-db-1), stops 2 pods'],
    ['kept', 'delete', 'stops 2 pods, its 2 volume claims stay (data-db-0, data-db-1)'],
    ['kept', 'update', 'stops its pods (scales 2 → 0), 2 volume claims stay (data-db-0, data-db-1)'],
  ] as const)('tell of volume claims that are %s at %s', (fate, action, words) => {
    const claims = { fate, count: 2, names: ['data-db-0', 'data-db-1'] };
    const stops: Effect = { kind: 'stops-pods', pods: 2, by: action === 'delete' ? 'deletion' : 'scaling' };
    const effects: readonly Effect[] =
      fate === 'deleted'
        ? [{ kind: 'deletes-data', claims }, stops]
        : [stops, { kind: 'keeps-claims', claims, all: action === 'delete' }];
    const change = aChange({ kind: 'StatefulSet' }, { action, effects });
    expect(inMarkdown(changeWords(change))).toBe(words);
    const more: readonly Effect[] = [{ kind: 'deletes-data', claims: null }];
    const inAll = effectsInAll([change, aChange({ kind: 'PersistentVolumeClaim' }, { effects: more })]);
    expect(inAll[0]?.words).toBe(
      `deletes ${fate === 'deleted' ? '3 volume claims and their' : 'a volume claim and its'} data`,
    );
  });
});
