import { accountBody, organizationBody } from '../bodies/account.ts';
import { nodeId } from '../bodies/address.ts';
import { repositoryBody } from '../bodies/repository.ts';
import type { Body } from '../http/answer.ts';
import { judgeWebhook } from '../openapi/description.ts';
import type { App, Installation } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { recordViolation } from '../violations.ts';
import type { Actor, World } from '../world.ts';
import { payloadCap } from './delivery.ts';
import { isSubscribed } from './subscriptions.ts';

export interface RepositoryEvent {
  readonly event: string;
  readonly action: string | null;
  readonly repository: Repository;
  readonly actor: Actor;
  /** What the event has besides action, repository, organization, sender and installation. */
  readonly payload: Body;
  /** Only this app is told, as with buttons. */
  readonly only?: App;
}

/** Tells every app that is installed on the repository and subscribed to the event. */
export function emit(world: World, event: RepositoryEvent): void {
  const { repository, actor } = event;
  const owner = world.state.accounts.must(repository.ownerId);
  const common = {
    ...(event.action === null ? {} : { action: event.action }),
    repository: repositoryBody(world, repository),
    ...(owner.kind === 'Organization' ? { organization: organizationBody(world, owner) } : {}),
    sender: accountBody(world, actor.account),
    ...event.payload,
  };
  for (const installation of installationsOn(world, repository)) {
    const app = world.state.apps.must(installation.appId);
    if (event.only !== undefined && event.only.id !== app.id) continue;
    if (!isSubscribed(installation, event.event, event.action)) continue;
    post(world, app, installation, event, common);
  }
}

/** Tells an app about its own installation. */
export function emitToApp(
  world: World,
  installation: Installation,
  event: { readonly event: string; readonly action: string; readonly actor: Actor; readonly payload: Body },
): void {
  const app = world.state.apps.must(installation.appId);
  const payload = { action: event.action, sender: accountBody(world, event.actor.account), ...event.payload };
  post(world, app, installation, { ...event, repository: null }, payload);
}

function post(
  world: World,
  app: App,
  installation: Installation,
  event: { readonly event: string; readonly action: string | null; readonly repository: Repository | null },
  body: Body,
): void {
  const reference = { id: installation.id, node_id: nodeId('MDIzOk', installation.id) };
  const payload = { installation: reference, ...body };
  const errors = judgeWebhook(event.event, event.action, payload);
  if (errors.length > 0) {
    recordViolation(world, {
      kind: 'webhook',
      method: event.event,
      url: event.action ?? '',
      status: null,
      outcome: 'tolerated',
      errors,
    });
  }
  const text = JSON.stringify(payload);
  if (Buffer.byteLength(text) > payloadCap) return;
  world.webhooks.post({
    appId: app.id,
    installationId: installation.id,
    repositoryId: event.repository?.id ?? null,
    event: event.event,
    action: event.action,
    payload: text,
  });
}

/** The installations that reach a repository. */
export function installationsOn(world: World, repository: Repository): Installation[] {
  return world.state.installations.where(
    (row) =>
      row.accountId === repository.ownerId &&
      row.suspendedAt === null &&
      (row.repositoryIds === null || row.repositoryIds.includes(repository.id)),
  );
}
