import { describe, expect, it } from 'vitest';
import { type Job, laneOf } from '../../src/domain/job.ts';
import { acmeShop as repository } from '../acme-shop.ts';

const other = { ...repository, id: repository.id + 1 };
const present = (of: typeof repository): Job => ({ kind: 'present-pull-request', repository: of, number: 1 });
const report: Job = { kind: 'report-release', repository, environment: 'staging' };
const command = (of: typeof repository): Job => ({
  kind: 'run-command',
  repository: of,
  number: 1,
  comment: 1,
  written: '2026-11-22T01:00:00Z',
});

describe('Who takes turns in a queue', () => {
  it('is a repository, whatever is asked of it', () => {
    expect(laneOf({ kind: 'inspect-pull-request', repository, number: 2 })).toBe(laneOf(present(repository)));
    expect(laneOf(present(other))).not.toBe(laneOf(present(repository)));
  });

  it('are its releases and its commands beside it: no release stands behind comments or pull requests', () => {
    const lanes = [present, command].map((job) => laneOf(job(repository)));
    expect(new Set([...lanes, laneOf(report)]).size).toBe(3);
    expect(laneOf({ kind: 'fan-out-push', repository, branch: 'main', asked: 'push', before: null })).toBe(
      laneOf(report),
    );
    expect(laneOf(command(other))).not.toBe(laneOf(command(repository)));
  });

  it('is of what a cluster is asked for first whoever waits for it', () => {
    const afterwards = { kind: 'inspect-pull-request', repository, number: 1 } as const;
    expect(laneOf({ kind: 'tell-cluster-facts', cluster: 'staging', afterwards })).toBe(laneOf(afterwards));
  });
});
