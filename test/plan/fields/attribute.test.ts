import { describe, expect, it } from 'vitest';
import { attribute } from '../../../src/plan/fields/attribute.ts';

/** live, released, base, merged: what each says; what the causes are. */
const cases: readonly (readonly [
  string,
  number | null,
  number | null,
  number | null,
  number | null,
  readonly string[] | null,
])[] = [
  ['nobody changed anything', 1, 1, 1, 1, null],
  ['somebody changed the cluster', 6, 3, 3, 3, ['drift']],
  ['somebody took it from the cluster', null, 3, 3, 3, ['drift']],
  ['it was merged before', 1, 1, 2, 2, ['unreleased']],
  ['the pull request changes it', 1, 1, 1, 2, ['pull-request']],
  ['the pull request adds it', null, null, null, 2, ['pull-request']],
  ['the pull request takes it away', 1, 1, 1, null, ['pull-request']],
  ['the pull request changes what drifted', 6, 3, 3, 5, ['drift', 'pull-request']],
  ['the pull request says what drifted', 6, 3, 3, 6, ['drift', 'already']],
  ['base says what drifted', 6, 3, 6, 6, ['drift', 'unreleased']],
  ['the pull request takes back what was not released', 1, 1, 2, 1, ['unreleased', 'already']],
  ['the pull request changes again what was not released', 1, 1, 2, 3, ['unreleased', 'pull-request']],
  ['everybody changes it', 1, 2, 3, 4, ['drift', 'unreleased', 'pull-request']],
];

describe('A path is attributed where', () => {
  it.each(cases)('%s', (_name, live, released, base, merged, causes) => {
    const version = (value: number | null) => (value === null ? {} : { spec: { replicas: value } });
    const paths = attribute({
      live: version(live),
      released: version(released),
      base: version(base),
      merged: version(merged),
    });
    expect(paths.map((path) => path.causes)).toEqual(causes === null ? [] : [causes]);
  });

  it('nobody knows what was released: drift and unreleased are one', () => {
    const version = (value: number) => ({ spec: { replicas: value } });
    const paths = attribute({ live: version(1), released: 'unrenderable', base: version(2), merged: version(3) });
    expect(paths).toMatchObject([{ live: 1, merged: 3, causes: ['drift', 'unreleased', 'pull-request'] }]);
  });
});
