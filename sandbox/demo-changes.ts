import path from 'node:path';
import { readFiles } from './read-files.ts';
import type { Sandbox } from './sandbox.ts';

type Change = {
  readonly branch: string;
  readonly title: string;
  readonly files: Readonly<Record<string, string | null>>;
  /** Which get a verdict. */
  readonly environments: readonly string[];
};

const files = readFiles(path.join(import.meta.dirname, 'shop'));

function shop(file: string): string {
  return files[file] ?? '';
}

/** The pull requests of the demo. */
export const demoChanges = {
  online: {
    branch: 'go-online',
    title: 'Put the shop online',
    files: Object.fromEntries(Object.entries(files).filter(([file]) => file.startsWith('deploy/'))),
    environments: ['staging', 'production', 'reports'],
  },
  version: {
    branch: 'version-1-5-0',
    title: 'Version 1.5.0, and no cache any more',
    files: {
      'deploy/base/web.yaml': shop('deploy/base/web.yaml').replace('web:1.4.2', 'web:1.5.0'),
      'deploy/production/cache.yaml': null,
      'deploy/production/kustomization.yaml': shop('deploy/production/kustomization.yaml').replace(
        '  - cache.yaml\n',
        '',
      ),
    },
    environments: ['staging', 'production'],
  },
} as const satisfies Readonly<Record<string, Change>>;

/** What no pull request said: production is scaled by hand. */
export async function makeProductionDrift(world: Sandbox): Promise<void> {
  await world.clusters['production']?.admin.request(
    'PATCH',
    '/apis/apps/v1/namespaces/shop/deployments/web/scale?fieldManager=kubectl-scale',
    {
      spec: { replicas: 5 },
    },
  );
}
