import type { Environment } from '../../domain/environment.ts';
import type { KeptBackChange } from '../../domain/plan.ts';
import { objectName } from '../change/change-words.ts';
import { docLink } from '../text/doc-link.ts';
import { code, count, prose } from '../text/markdown.ts';
import { clip } from '../text/visible-text.ts';

/** Why nothing of the environment would be released, and who can mend it. */
export function blockedLead(
  blocked: readonly KeptBackChange[],
  { cluster }: Pick<Environment, 'cluster'>,
  docs: string | null,
): string {
  const namespace = missingNamespace(blocked);
  if (namespace !== null) {
    const missing = `**❌ Namespace ${code(namespace)} does not exist in cluster ${code(cluster)}, so nothing of this environment would be released.**`;
    const who = `Fairlead creates a namespace only where Git holds it and the operator’s file allows it (${code('clusterScoped: [Namespace]')}). Otherwise whoever operates the cluster creates it, with the service account and its rights (Fairlead’s ${docLink('cluster.yaml', docs)}); then comment ${code('/plan')}.`;
    return `${missing} ${who}`;
  }
  const shared = sharedMessage(blocked);
  if (shared !== null)
    return `**❌ Nothing of this environment would be released:** ${prose(clip(shared.replace(/\.$/, ''), 600))}.`;
  return `**❌ ${count(blocked.length, 'object')} cannot be applied as written, so nothing of this environment would be released.**`;
}

/** What follows "cannot be deployed", as plain text. */
export function blockedWords(blocked: readonly KeptBackChange[], { cluster }: Pick<Environment, 'cluster'>): string {
  const [first] = blocked;
  if (first === undefined) return '';
  const namespace = missingNamespace(blocked);
  if (namespace !== null) return `: namespace ${namespace} does not exist in cluster ${cluster}`;
  const shared = sharedMessage(blocked);
  if (shared !== null) return `: ${shared}`;
  const more = blocked.length === 1 ? '' : ` and ${blocked.length - 1} more`;
  return `, as ${objectName(first)} is ${first.action}${more}: ${first.reason.message}`;
}

/** The one namespace that all of them miss; null: that is not what is wrong. */
function missingNamespace(blocked: readonly KeptBackChange[]): string | null {
  const [first] = blocked;
  const namespace = first?.identity.namespace ?? null;
  const all = blocked.every(
    ({ identity, reason }) => reason.code === 'namespace-missing' && identity.namespace === namespace,
  );
  return all ? namespace : null;
}

/** What is said of several objects, and of all that are blocked. */
function sharedMessage(blocked: readonly KeptBackChange[]): string | null {
  const [first, ...others] = blocked;
  if (first === undefined || others.length === 0) return null;
  return others.every(({ reason }) => reason.message === first.reason.message) ? first.reason.message : null;
}
