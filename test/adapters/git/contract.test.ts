import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { createGit } from '../../../src/adapters/git/create-git.ts';
import type { Git } from '../../../src/ports/git.ts';
import type { Logger } from '../../../src/ports/logger.ts';
import type { Trees } from '../../../src/ports/trees.ts';
import { acmeShop as repository } from '../../acme-shop.ts';
import { keepsGitsContract } from '../../contracts/git.ts';
import { FakeGit } from '../../fakes/git.ts';
import { type GitServer, startGitServer } from './git-server.ts';

describe('the real Git', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-git-'));
  let server: GitServer;
  let git: Git & Trees;
  beforeAll(async () => {
    server = await startGitServer();
    const quiet = (): void => undefined;
    const log: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
    const environment = { PATH: process.env['PATH'] ?? '' };
    git = createGit({ folder, environment, credentials: async () => server, log });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  keepsGitsContract(() => ({
    git,
    repository,
    push: (branch, files, from) => server.commit({ branch, files, ...(from === undefined ? {} : { from }) }),
  }));
});

describe('the fake Git', () => {
  const git = new FakeGit();
  const tips = new Map<string, string>();
  keepsGitsContract(() => ({
    git,
    repository,
    push: (branch, files, from) => {
      const commit = git.commit(branch, files, from === undefined ? undefined : tips.get(from));
      tips.set(branch, commit);
      return commit;
    },
  }));
});
