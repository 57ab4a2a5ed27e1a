import { canonicalSettings, type Environment } from '../src/domain/environment.ts';
import type { Wanted } from '../src/domain/release.ts';
import type { Repository } from '../src/domain/repository.ts';

/** The repository that tests are about. */
export const acmeShop: Repository = { id: 7, owner: 'acme', name: 'shop', installation: 1 };

/** An environment of it: on a cluster of the same name, with the defaults of the settings, and with what a test says of it. */
export function anEnvironment(name: string, given: Partial<Environment> = {}): Environment {
  return {
    name,
    cluster: name,
    path: `deploy/${name}`,
    namespace: `shop-${name}`,
    follow: { kind: 'branch', branch: 'main' },
    mode: 'release',
    after: [],
    prune: true,
    confirm: {
      deletions: 10,
      kinds: ['Namespace', 'CustomResourceDefinition', 'PersistentVolumeClaim', 'StatefulSet'],
    },
    conflicts: 'block',
    foreign: 'report',
    adopt: [],
    helm: { release: null, values: [] },
    healthTimeoutMs: 5 * 60_000,
    settleMs: 10_000,
    ignore: [],
    ...given,
  };
}

/** That an environment be released from a direct push which renders nothing, but for what a test says of it. */
export function aWanted(environment: Environment, given: Partial<Wanted> = {}): Wanted {
  return {
    kind: 'wanted',
    repository: acmeShop,
    environment,
    defaultBranch: 'main',
    visibility: 'private',
    commit: 'a'.repeat(40),
    rendering: null,
    settings: canonicalSettings(environment),
    asked: { kind: 'push' },
    gate: { kind: 'open' },
    confirmations: [],
    pullRequest: null,
    carries: [],
    departure: null,
    at: '2026-11-20T14:00:00Z',
    ...given,
  };
}
