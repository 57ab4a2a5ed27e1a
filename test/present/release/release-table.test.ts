import { describe, expect, it } from 'vitest';
import type { ReleaseState } from '../../../src/domain/release.ts';
import { mergedTitle, releaseTable } from '../../../src/present/release/release-table.ts';
import { aReport, mergeCommit, planDigest } from '../sample-view.ts';

describe('the title of what was merged', () => {
  const waiting: ReleaseState = { kind: 'waiting', reason: 'mode is manual', confirmDigest: null, plan: null };
  const blocked: ReleaseState = { kind: 'blocked', reasons: ['port 0'], plan: null };
  const diverged: ReleaseState = { kind: 'diverged', reasons: ['no pods'] };
  const title = (states: Readonly<Record<string, ReleaseState>>, besides: readonly string[] = []): string =>
    mergedTitle({
      commit: mergeCommit,
      besides: new Set(besides),
      reports: new Map(Object.entries(states).map(([name, state]) => [name, aReport(name, state)])),
    });

  it('speaks of one environment in the singular and of several in the plural', () => {
    expect(title({ staging: blocked, production: waiting })).toBe(
      'merged; staging is blocked, production waits (mode is manual)',
    );
    expect(title({ staging: waiting, production: waiting })).toBe(
      'merged; staging and production wait (mode is manual)',
    );
    expect(title({ staging: blocked, production: blocked })).toBe('merged; staging and production are blocked');
    expect(title({ staging: { ...waiting, confirmDigest: planDigest } })).toBe('merged; staging waits for /confirm');
  });

  it('blames no pull request for an environment that it did not change', () => {
    expect(title({ platform: diverged, staging: blocked }, ['platform'])).toBe(
      'merged; staging is blocked; not changed by it: platform diverged',
    );
    expect(title({ platform: diverged }, ['platform'])).toBe(
      'merged; no environment is released by it; not changed by it: platform diverged',
    );
  });
});

describe('the table of what was merged', () => {
  it('has what the pull request did not change last, and says so', () => {
    const reports = new Map(['platform', 'staging'].map((name) => [name, null]));
    const table = releaseTable({ commit: mergeCommit, reports, besides: new Set(['platform']) }, 10_000);
    expect(table.split('\n').slice(2)).toEqual([
      '| **staging** | ⏳ waiting for its release |',
      '| **platform**, not changed by this pull request | ⏳ waiting for its release |',
    ]);
  });

  it('gives the command to paste in backticks', () => {
    const state: ReleaseState = { kind: 'waiting', reason: 'deletes data', confirmDigest: planDigest, plan: null };
    const reports = new Map([['staging', aReport('staging', state)]]);
    expect(releaseTable({ commit: mergeCommit, reports, besides: new Set() }, 10_000)).toContain(
      `| ✋ waiting: deletes data (\`/confirm ${planDigest.slice(0, 12)}\`) |`,
    );
  });

  it.each([
    [undefined, 'a/'],
    [{ urls: ['http://b/'], more: 0 }, 'a/ and b/'],
    [{ urls: ['http://b/', 'http://c/'], more: 7 }, 'a/, b/, c/ and 7 more'],
  ])('says every address, up to three: %j', (alsoAt, words) => {
    const state: ReleaseState = {
      kind: 'converged',
      objects: 1,
      tookMs: 300,
      url: 'http://a/',
      ...(alsoAt && { alsoAt }),
    };
    const reports = new Map([['staging', aReport('staging', state)]]);
    const table = releaseTable({ commit: mergeCommit, reports, besides: new Set() }, 10_000);
    expect(table.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')).toContain(` · ${words} |`);
  });
});
