import { describe, expect, it } from 'vitest';
import { redirectedSince } from '../../../src/plan/settings/redirected-since.ts';
import { releasedSettings } from '../../../src/plan/settings/released-settings.ts';

describe('What the ledger says of the settings that it was released with', () => {
  const here = {
    path: 'a',
    namespace: 'shop',
    follow: { kind: 'branch', branch: 'main' },
    prune: true,
  } as const;
  const ledger = (...texts: readonly (string | null)[]) => {
    const [released = null, attempt = null] = texts.map((settings) => (settings === null ? null : { settings }));
    return { released, attempt };
  };

  it.each([
    ['nothing was released', null, null],
    ['all of it is the same', { ...here, settle: 1 }, null],
    ['the path is another', { path: 'b', namespace: 'shop' }, 'its path changed from b to a'],
    [
      'both are',
      { path: '', namespace: 'old' },
      'its path changed from . to a and its namespace changed from old to shop',
    ],
    [
      'it followed another branch, whether the settings named it or it was the default branch',
      { ...here, follow: { kind: 'branch', branch: 'old' } },
      'it follows main, not old',
    ],
    ['pruning was off', { ...here, prune: false }, 'pruning was switched on'],
    [
      'all of it is another',
      { path: 'b', namespace: 'old', follow: { kind: 'branch', branch: 'old' }, prune: false },
      'its path changed from b to a and its namespace changed from old to shop and it follows main, not old and pruning was switched on',
    ],
    ['branch and pruning were not written', { path: 'a', namespace: 'shop' }, null],
    ['another version wrote them', 'what', null],
    ['another version wrote parts of them', { ...here, follow: 'main', prune: 'no' }, null],
  ])('tells whether it was redirected: %s', (_name, before, words) => {
    const released = before === null ? null : typeof before === 'string' ? before : JSON.stringify(before);
    expect(redirectedSince(releasedSettings(ledger(released, null)), here)).toBe(words);
  });

  it('does not take it for redirected where pruning was switched off', () => {
    const before = releasedSettings(ledger(JSON.stringify(here), null));
    expect(redirectedSince(before, { ...here, prune: false })).toBeNull();
  });

  it('tells that nothing was pruned in a release that only began', () => {
    const began = JSON.stringify({ ...here, prune: false });
    expect(redirectedSince(releasedSettings(ledger(JSON.stringify(here), began)), here)).toBe(
      'pruning was switched on',
    );
  });

  it('tells that it moved on from a release that only began', () => {
    const began = JSON.stringify({ path: 'a', namespace: 'between' });
    const words = 'its namespace changed from between to shop';
    expect(redirectedSince(releasedSettings(ledger(JSON.stringify(here), began)), here)).toBe(words);
  });

  it('the rule is read as it was written, and not at all where it cannot be', () => {
    const confirm = { deletions: 3, kinds: ['Namespace'] };
    const rules = (text: string) => releasedSettings(ledger(text)).map((settings) => settings.confirm);
    expect(rules(JSON.stringify({ ...here, confirm }))).toEqual([confirm]);
    expect(rules(JSON.stringify(here))).toEqual([null]);
    expect(rules(JSON.stringify({ confirm: { deletions: 3, kinds: [7] } }))).toEqual([null]);
    expect(rules('what')).toEqual([null]);
  });
});
