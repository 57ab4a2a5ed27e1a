import { expect, it } from 'vitest';
import { inspectionOf, presentationOf, readQueueBranch } from '../../src/domain/merge-group.ts';
import { acmeShop as repository } from '../acme-shop.ts';

const sha = '7'.repeat(40);

it('reads a branch of the merge queue, and takes no other for one', () => {
  const branch = `gh-readonly-queue/release/2/pr-12-${sha}`;
  expect(readQueueBranch(branch)).toEqual({ branch, base: 'release/2', number: 12 });
  const others = [
    'main',
    'gh-readonly-queue/main',
    `gh-readonly-queue/main/pr-x-${sha}`,
    'gh-readonly-queue/main/pr-1-77',
  ];
  for (const other of others) expect(readQueueBranch(other), other).toBeNull();
});

it('asks for the jobs of a pull request by its number, and of a group by its branch', () => {
  expect(inspectionOf(repository, 12)).toEqual({ kind: 'inspect-pull-request', repository, number: 12 });
  expect(inspectionOf(repository, 'b')).toEqual({ kind: 'inspect-merge-group', repository, branch: 'b' });
  expect(presentationOf(repository, 12)).toEqual({ kind: 'present-pull-request', repository, number: 12 });
  expect(presentationOf(repository, 'b')).toEqual({ kind: 'present-merge-group', repository, branch: 'b' });
});
