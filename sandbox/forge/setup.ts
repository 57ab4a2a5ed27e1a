import { generateKeyPair, randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  type InstallRequest,
  installApp,
  setInstallationRepositories,
  suspendInstallation,
  uninstallApp,
} from './actions/install-app.ts';
import { signatureOf } from './actions/merge-pull-request.ts';
import { forkRepository, initRepository } from './git/repository.ts';
import { type FileChanges, writeCommit } from './git/write-commit.ts';
import { requireAccount, requireRepository } from './require.ts';
import type { Account, Installation, Permissions, Role } from './state/accounts.ts';
import { findRepository } from './state/find.ts';
import type { Repository } from './state/repositories.ts';
import { subscriptionProblems } from './webhooks/subscriptions.ts';
import { timestamp, type World } from './world.ts';

export interface NewUser {
  readonly id: number;
  readonly login: string;
  /** For `Authorization: Bearer …`, and as the password of git. */
  readonly token: string;
}

export interface NewRepository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
  readonly defaultBranch: string;
  /** `http://…/OWNER/NAME.git`, without credentials. */
  readonly cloneUrl: string;
  /** With a person's token in it, for git on a command line. */
  readonly cloneUrlAs: (login: string) => string;
}

export interface NewApp {
  readonly appId: number;
  readonly slug: string;
  /** PEM (PKCS#1), as GitHub hands it out. */
  readonly privateKey: string;
  readonly webhookSecret: string;
}

/** What there is before the story begins. None of it sends a webhook, except installations. */
export interface Setup {
  readonly createUser: (login: string) => NewUser;
  readonly createOrganization: (login: string, members?: Readonly<Record<string, 'admin' | 'member'>>) => void;
  readonly createTeam: (organization: string, slug: string, members: readonly string[]) => void;
  readonly createRepository: (request: {
    readonly owner: string;
    readonly name: string;
    /** Default true. */
    readonly private?: boolean;
    readonly defaultBranch?: string;
    /** The first commit; without any the repository is empty. */
    readonly files?: FileChanges;
    readonly collaborators?: Readonly<Record<string, Role>>;
  }) => Promise<NewRepository>;
  readonly forkRepository: (source: string, owner: string) => Promise<NewRepository>;
  readonly setRole: (repository: string, login: string, role: Role) => void;
  readonly registerApp: (request: AppRequest) => Promise<NewApp>;
  /** Where an app's webhooks go; null: nowhere. */
  readonly setWebhookUrl: (appId: number, url: string | null) => void;
  readonly installApp: (appId: number, request: InstallRequest) => { readonly installationId: number };
  readonly uninstallApp: (installationId: number) => void;
  /** null: all repositories, also later ones. */
  readonly setInstallationRepositories: (installationId: number, repositories: readonly string[] | null) => void;
  readonly suspendInstallation: (installationId: number, suspended: boolean) => void;
}

/** What an app's manifest (app.yml) declares. */
export interface AppRequest {
  readonly name: string;
  /** Default: an organisation made for it. */
  readonly owner?: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly webhookUrl?: string | null;
  readonly webhookSecret?: string;
}

export function createSetup(world: World): Setup {
  return {
    createUser: (login) => {
      const { id } = createAccount(world, login, 'User');
      return { id, login, token: `user-${login}` };
    },
    createOrganization: (login, members = {}) => {
      const { id } = createAccount(world, login, 'Organization');
      for (const [member, role] of Object.entries(members)) {
        const accountId = requireAccount(world, member).id;
        world.state.memberships.insert({ id: world.state.nextId(), organizationId: id, accountId, role });
      }
    },
    createTeam: (organization, slug, members) => {
      const memberIds = members.map((login) => requireAccount(world, login).id);
      const organizationId = requireAccount(world, organization).id;
      world.state.teams.insert({ id: world.state.nextId(), organizationId, slug, name: slug, memberIds });
    },
    createRepository: async (request) => {
      const repository = await makeRepository(world, request);
      for (const [login, role] of Object.entries(request.collaborators ?? {})) setRole(world, repository, login, role);
      return handleOf(world, repository);
    },
    forkRepository: async (source, owner) => {
      const from = requireRepository(world, source);
      const fork = insertRepository(world, {
        ownerId: requireAccount(world, owner).id,
        name: from.name,
        private: from.private,
        defaultBranch: from.defaultBranch,
        forkOf: from.id,
      });
      await forkRepository(from.directory, fork.directory, from.defaultBranch);
      return handleOf(world, fork);
    },
    setRole: (repository, login, role) => setRole(world, requireRepository(world, repository), login, role),
    registerApp: (request) => registerApp(world, request),
    setWebhookUrl: (appId, url) => {
      world.state.apps.change(appId, { webhookUrl: url });
    },
    installApp: (appId, request) => ({ installationId: installApp(world, appId, request).id }),
    uninstallApp: (id) => uninstallApp(world, installation(id)),
    setInstallationRepositories: (id, repositories) =>
      setInstallationRepositories(world, installation(id), repositories),
    suspendInstallation: (id, suspended) => suspendInstallation(world, installation(id), suspended),
  };

  function installation(id: number): Installation {
    return world.state.installations.must(id);
  }
}

function createAccount(world: World, login: string, kind: Account['kind']): Account {
  const createdAt = timestamp(world.now());
  return world.state.accounts.insert({ id: world.state.nextId(), login, kind, name: null, createdAt });
}

async function makeRepository(world: World, request: Parameters<Setup['createRepository']>[0]): Promise<Repository> {
  const owner = requireAccount(world, request.owner);
  if (findRepository(world.state, request.owner, request.name) !== undefined) {
    throw new Error(`${request.owner}/${request.name} exists`);
  }
  const repository = insertRepository(world, {
    ownerId: owner.id,
    name: request.name,
    private: request.private ?? true,
    defaultBranch: request.defaultBranch ?? 'main',
    forkOf: null,
  });
  await initRepository(repository.directory, repository.defaultBranch);
  if (request.files === undefined) return repository;
  await writeCommit(repository.directory, {
    ref: `refs/heads/${repository.defaultBranch}`,
    parent: null,
    files: request.files,
    message: 'Initial commit',
    author: signatureOf(owner),
    committer: { name: 'GitHub', email: 'noreply@github.com' },
    at: world.now(),
  });
  return repository;
}

function insertRepository(
  world: World,
  fields: Pick<Repository, 'ownerId' | 'name' | 'private' | 'defaultBranch' | 'forkOf'>,
): Repository {
  const at = timestamp(world.now());
  const id = world.state.nextId();
  return world.state.repositories.insert({
    ...fields,
    id,
    description: null,
    collaborators: new Map(),
    protectedBranches: new Map(),
    directory: path.join(world.directory, `${id}.git`),
    createdAt: at,
    updatedAt: at,
    pushedAt: at,
  });
}

function setRole(world: World, repository: Repository, login: string, role: Role): void {
  const { id } = requireAccount(world, login);
  const current = world.state.repositories.must(repository.id);
  world.state.repositories.change(repository.id, { collaborators: new Map(current.collaborators).set(id, role) });
}

function handleOf(world: World, repository: Repository): NewRepository {
  const owner = world.state.accounts.must(repository.ownerId).login;
  const { id, name, defaultBranch } = repository;
  const { host } = new URL(world.url);
  return {
    id,
    owner,
    name,
    fullName: `${owner}/${name}`,
    defaultBranch,
    cloneUrl: `${world.url}/${owner}/${name}.git`,
    cloneUrlAs: (login) => `http://${login}:user-${login}@${host}/${owner}/${name}.git`,
  };
}

async function registerApp(world: World, request: AppRequest): Promise<NewApp> {
  const problems = subscriptionProblems(request.permissions, request.events);
  if (problems.length > 0) throw new Error(`GitHub would not register ${request.name}: ${problems.join('; ')}`);
  const slug = request.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const keys = await keyPair(world.state.apps.all().length);
  const owner =
    request.owner === undefined
      ? createAccount(world, `${slug}-makers`, 'Organization')
      : requireAccount(world, request.owner);
  const webhookSecret = request.webhookSecret ?? randomBytes(20).toString('hex');
  const app = world.state.apps.insert({
    id: world.state.nextId(),
    slug,
    name: request.name,
    ownerId: owner.id,
    botId: createAccount(world, `${slug}[bot]`, 'Bot').id,
    publicKey: keys.publicKey,
    permissions: { metadata: 'read', ...request.permissions },
    events: request.events,
    webhookUrl: request.webhookUrl ?? null,
    webhookSecret,
    hookId: world.state.nextId(),
    createdAt: timestamp(world.now()),
  });
  return { appId: app.id, slug, privateKey: keys.privateKey, webhookSecret };
}

/** Making a key takes longer than starting a forge: the nth app of every forge in a process has the same one. */
function keyPair(index: number): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  const pair =
    keyPairs[index] ??
    promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
  keyPairs[index] = pair;
  return pair;
}

const keyPairs: Promise<{ readonly publicKey: string; readonly privateKey: string }>[] = [];
