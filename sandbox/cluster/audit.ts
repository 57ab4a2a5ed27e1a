import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A request that somebody with limited rights made, whatever was answered. */
export type AuditedRequest = {
  /** The user of the kubeconfig, whomever the request impersonates. */
  readonly user: string;
  readonly impersonated: string | null;
  /** `get`, `list`, `patch`… */
  readonly verb: string;
  /** Path and query. */
  readonly uri: string;
  readonly status: number;
};

export function auditPolicyFile(folder: string): string {
  return path.join(folder, 'audit-policy.json');
}

export function auditLogFile(folder: string): string {
  return path.join(folder, 'logs', 'audit.log');
}

/** Of kubernetes.io/docs/tasks/debug/debug-cluster/audit: everything but what the cluster and its administrator do. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', userGroups: ['system:masters', 'system:serviceaccounts:kube-system'] },
    { level: 'None', users: ['system:apiserver'] },
    { level: 'Metadata' },
  ],
};

/** What the API server has answered so far, oldest first. It writes before it answers, so that nothing answered is missing. */
export function readAudit(folder: string): readonly AuditedRequest[] {
  const lines = readFileSync(auditLogFile(folder), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => audited(JSON.parse(line) as AuditEvent));
}

/** Of audit.k8s.io/v1 Event, what is read here. */
type AuditEvent = {
  readonly user: { readonly username: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly verb: string;
  readonly requestURI: string;
  readonly responseStatus?: { readonly code: number };
};

function audited(event: AuditEvent): AuditedRequest {
  return {
    user: event.user.username,
    impersonated: event.impersonatedUser?.username ?? null,
    verb: event.verb,
    uri: event.requestURI,
    status: event.responseStatus?.code ?? 0,
  };
}
