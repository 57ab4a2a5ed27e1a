import {
  type Account,
  type App,
  type Installation,
  type InstallationToken,
  type Membership,
  type Team,
  webFlow,
} from './accounts.ts';
import type { CheckRun, CheckSuite, Deployment, DeploymentEnvironment, DeploymentStatus, Status } from './reports.ts';
import type { Comment, Label, PullRequest, Reaction, Repository, Review } from './repositories.ts';
import { Table } from './table.ts';

/** Everything the local GitHub knows apart from Git itself. */
export interface State {
  readonly accounts: Table<Account>;
  readonly memberships: Table<Membership>;
  readonly teams: Table<Team>;
  readonly apps: Table<App>;
  readonly installations: Table<Installation>;
  readonly tokens: Table<InstallationToken>;
  readonly repositories: Table<Repository>;
  readonly labels: Table<Label>;
  readonly pullRequests: Table<PullRequest>;
  readonly comments: Table<Comment>;
  readonly reactions: Table<Reaction>;
  readonly reviews: Table<Review>;
  readonly checkSuites: Table<CheckSuite>;
  readonly checkRuns: Table<CheckRun>;
  readonly statuses: Table<Status>;
  readonly deployments: Table<Deployment>;
  readonly deploymentStatuses: Table<DeploymentStatus>;
  readonly environments: Table<DeploymentEnvironment>;
  /** Never the same twice, whatever it is for: an id of the wrong kind finds nothing. */
  readonly nextId: () => number;
}

export function createState(): State {
  let last = 1_000_000;
  const accounts = new Table<Account>();
  accounts.insert(webFlow);
  return {
    accounts,
    memberships: new Table(),
    teams: new Table(),
    apps: new Table(),
    installations: new Table(),
    tokens: new Table(),
    repositories: new Table(),
    labels: new Table(),
    pullRequests: new Table(),
    comments: new Table(),
    reactions: new Table(),
    reviews: new Table(),
    checkSuites: new Table(),
    checkRuns: new Table(),
    statuses: new Table(),
    deployments: new Table(),
    deploymentStatuses: new Table(),
    environments: new Table(),
    nextId: () => {
      last += 1;
      return last;
    },
  };
}
