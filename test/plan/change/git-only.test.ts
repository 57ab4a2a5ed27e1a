import { describe, expect, it } from 'vitest';
import { gitOnly } from '../../../src/plan/change/git-only.ts';

const git = [
  {
    kind: 'X',
    spec: {
      replicas: 3,
      containers: [
        { name: 'web', image: 'web:1' },
        { name: 'web2', image: 'web:2' },
      ],
    },
  },
];

describe('Of what lives, only what Git shows is shown:', () => {
  it('a value that differs as its path, one that does not and is not Git’s not at all', () => {
    const live = {
      kind: 'X',
      spec: { replicas: 9, secret: 'live', containers: [{ name: 'web', image: 'hotfix', tty: true }] },
    };
    const merged = {
      kind: 'X',
      spec: { replicas: 3, secret: 'live', containers: [{ name: 'web', image: 'web:1', tty: true }] },
    };
    expect(gitOnly(live, merged, git)).toEqual({
      kind: 'X',
      spec: { replicas: '(not shown)', containers: [{ name: 'web', image: '(not shown)' }] },
    });
    expect(gitOnly(merged, live, git)).toEqual({
      kind: 'X',
      spec: { replicas: 3, containers: [{ name: 'web', image: 'web:1' }] },
    });
  });

  it('what is empty, for nothing is in it', () => {
    expect(gitOnly({ resources: {}, args: [], env: '' }, { resources: { limits: 1 } }, git)).toEqual({
      resources: {},
      args: [],
      env: '(not shown)',
    });
  });

  it('a list item that only the cluster has by what names it', () => {
    const live = { spec: { containers: [{ name: 'injected', image: 'secret' }] } };
    expect(gitOnly(live, { spec: {} }, git)).toEqual({
      spec: { containers: [{ name: 'injected', image: '(not shown)' }] },
    });
  });

  it('nothing of what the cluster adds to an object that is new', () => {
    expect(gitOnly({ kind: 'X', spec: { replicas: 3, added: 'x' } }, null, git)).toEqual({
      kind: 'X',
      spec: { replicas: 3 },
    });
  });

  it('a value of Git at another path is not Git’s there', () => {
    expect(gitOnly({ spec: { other: 3 } }, { spec: {} }, git)).toEqual({ spec: { other: '(not shown)' } });
  });

  it('nothing of nothing', () => {
    expect(gitOnly(null, { a: 1 }, git)).toBeNull();
  });
});
