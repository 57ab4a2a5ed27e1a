/** Who may act: people, organisations and the bots of apps. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly kind: 'User' | 'Organization' | 'Bot';
  readonly name: string | null;
  readonly createdAt: string;
}

/** Who commits what is done on the website: an account of GitHub's own that no person has. https://github.com/web-flow */
export const webFlow: Account = {
  id: 19_864_447,
  login: 'web-flow',
  kind: 'User',
  name: 'GitHub Web Flow',
  createdAt: '2016-06-10T19:59:19Z',
};

/** The address in its commits, as in those that the website makes. */
export const webFlowEmail = 'noreply@github.com';

/** A role in a repository, weakest first. https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization */
export const roles = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Membership {
  readonly id: number;
  readonly organizationId: number;
  readonly accountId: number;
  readonly role: 'admin' | 'member';
}

export interface Team {
  readonly id: number;
  readonly organizationId: number;
  readonly slug: string;
  readonly name: string;
  readonly memberIds: readonly number[];
}

/** An app's permissions, as its manifest writes them: `{ checks: 'write' }`. */
export type Permissions = Readonly<Record<string, 'read' | 'write' | 'admin'>>;

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly ownerId: number;
  readonly botId: number;
  /** PEM. */
  readonly publicKey: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** null: the app's webhook is not active. */
  readonly webhookUrl: string | null;
  readonly webhookSecret: string;
  readonly hookId: number;
  readonly createdAt: string;
}

export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly accountId: number;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** null: all repositories of the account. */
  readonly repositoryIds: readonly number[] | null;
  readonly suspendedAt: string | null;
  readonly createdAt: string;
}

export interface InstallationToken {
  readonly id: number;
  readonly token: string;
  readonly installationId: number;
  readonly permissions: Permissions;
  /** null: all of the installation's. */
  readonly repositoryIds: readonly number[] | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}
