import { describe, expect, it } from 'vitest';
import { coalesceJobs } from '../../src/domain/coalesce-jobs.ts';
import { acmeShop as repository } from '../acme-shop.ts';

describe('reports of one repository that are asked for while one waits', () => {
  const report = (environment: string, others?: readonly string[]) =>
    ({ kind: 'report-release', repository, environment, ...(others === undefined ? {} : { others }) }) as const;

  it('forget none of the environments, and name each once', () => {
    expect(coalesceJobs(report('a'), report('b'))).toEqual(report('b', ['a']));
    expect(coalesceJobs(report('b', ['a']), report('c'))).toEqual(report('c', ['b', 'a']));
    expect(coalesceJobs(report('c', ['b', 'a']), report('a'))).toEqual(report('a', ['c', 'b']));
    expect(coalesceJobs(report('a'), report('a'))).toEqual(report('a'));
  });
});
