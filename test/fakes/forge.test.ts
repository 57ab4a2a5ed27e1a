import { createHash } from 'node:crypto';
import type { AttributedCommit } from '../../src/domain/pull-request.ts';
import { type ForgeWorld, forgeContract } from '../contracts/forge.ts';
import { fakeForge } from './forge.ts';

forgeContract('the forge in memory', async (): Promise<ForgeWorld> => {
  const forge = fakeForge();
  const repository = { id: 7, owner: 'acme', name: 'shop', installation: 42 };
  forge.addRepository(repository);
  const branches = new Map<string, readonly AttributedCommit[]>();
  let commits = 0;
  let numbers = 0;
  const commit = (): string => {
    commits += 1;
    return createHash('sha1').update(String(commits)).digest('hex');
  };
  return {
    forge,
    repository,
    permit: async (login, permission) => forge.setPermission(repository, login, permission),
    push: async (branch, by = { author: 'alice', committer: 'alice' }) => {
      const tip = commit();
      const people = [by.author, by.committer].flatMap((login) =>
        login === null || login === 'web-flow' ? [] : [login],
      );
      const made = { commit: tip, people: [...new Set(people)] };
      branches.set(branch, [...(branches.get(branch) ?? []), made]);
      forge.putPushed(made);
      if (branch === 'main') forge.putFile(repository, 'main.yaml');
      return tip;
    },
    openPullRequest: async (branch) => {
      numbers += 1;
      const commits = branches.get(branch) ?? [];
      const head = { commit: commits.at(-1)?.commit ?? '', fork: false };
      const { number } = forge.putPullRequest({ repository, number: numbers, author: 'alice', head });
      forge.putCommits(repository, number, commits);
      return number;
    },
    merge: async (number) => {
      const mergeCommit = commit();
      forge.putPullRequest({ repository, number, state: 'merged', mergeCommit });
      return mergeCommit;
    },
    close: async (number) => {
      forge.putPullRequest({ repository, number, state: 'closed' });
    },
    comment: async (number, body) => forge.addComment(repository, number, body, { author: 'alice' }),
    deleteComment: async (comment) => forge.deleteComment(comment),
    commentBodies: async (number) => forge.commentBodies(repository, number),
    reactions: async (comment) => forge.reactions(comment),
    deploymentStates: async (of, environment) => {
      const deployment = forge.deployment(repository, of, environment);
      return deployment === null ? [] : [{ state: deployment.state, logUrl: deployment.logUrl }];
    },
    writes: () => forge.writes.length,
    [Symbol.asyncDispose]: async () => {},
  };
});
