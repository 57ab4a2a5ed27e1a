import type { Installation, Permissions } from '../state/accounts.ts';

/**
 * The permission an app needs to subscribe to an event.
 * Source: https://docs.github.com/webhooks/webhook-events-and-payloads, "To subscribe to this event…"
 */
const needed: Readonly<Record<string, string>> = {
  check_run: 'checks',
  check_suite: 'checks',
  create: 'contents',
  delete: 'contents',
  deployment: 'deployments',
  deployment_status: 'deployments',
  issue_comment: 'issues',
  merge_group: 'merge_queues',
  pull_request: 'pull_requests',
  pull_request_review: 'pull_requests',
  push: 'contents',
  status: 'statuses',
};

/** Whether GitHub sends this event to an installation. */
export function isSubscribed(installation: Installation, event: string, action: string | null): boolean {
  const permission = needed[event];
  if (permission === undefined) return false;
  const granted = installation.permissions[permission];
  if (granted === undefined) return false;
  if (permission === 'checks') {
    // "GitHub Apps with write-level access … are automatically subscribed"; these need write access in any case.
    if (granted !== 'read') return true;
    if (action === 'rerequested' || action === 'requested' || action === 'requested_action') return false;
  }
  return installation.events.includes(event);
}

/** Why GitHub would not register an app with these permissions and events; empty where it would. */
export function subscriptionProblems(permissions: Permissions, events: readonly string[]): string[] {
  return events.flatMap((event) => {
    const permission = needed[event];
    if (permission === undefined) return [`event ${event} is unknown to the local GitHub, or not one to subscribe to`];
    return permissions[permission] === undefined ? [`event ${event} needs permission ${permission}: read`] : [];
  });
}
