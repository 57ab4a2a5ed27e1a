import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { World } from './world.ts';

type Change = {
  readonly branch: string;
  readonly title: string;
  readonly files: Readonly<Record<string, string | null>>;
  /** Which get a verdict. */
  readonly environments: readonly string[];
};

function shop(file: string): string {
  return readFileSync(path.join(import.meta.dirname, 'shop', file), 'utf8');
}

/** The pull requests of the demo. */
export const demoChanges = {
  online: {
    branch: 'go-online',
    title: 'Put the shop online',
    files: {
      'deploy/base/settings.yaml': shop('deploy/base/settings.yaml').replace('Welcome to', 'Good morning from'),
      'deploy/reports/nightly.yaml': shop('deploy/reports/nightly.yaml').replace('0 2 * * *', '30 2 * * *'),
    },
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
export async function productionDrift(world: World): Promise<void> {
  await world.clusters['production']?.admin.request(
    'PATCH',
    '/apis/apps/v1/namespaces/shop/deployments/web/scale?fieldManager=kubectl-scale',
    {
      spec: { replicas: 5 },
    },
  );
}
