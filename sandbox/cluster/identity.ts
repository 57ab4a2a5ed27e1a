import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiClient } from './api-client.ts';
import type { ControlPlane } from './control-plane.ts';
import { kubeconfig } from './kubeconfig.ts';

/** A user of the API with nothing but what these rules allow (and what every authenticated user may). */
export type Identity = {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly rules: readonly IdentityRule[];
  /** Default namespace of the kubeconfig's context. */
  readonly namespace?: string;
};

/** A PolicyRule of RBAC (kubernetes.io/docs/reference/access-authn-authz/rbac). */
export type IdentityRule = {
  /** Where it holds; made if it is missing. Left out: everywhere, objects outside namespaces included. */
  readonly namespace?: string;
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
};

/** Binds the rules to the user, and writes a kubeconfig with a client certificate of theirs; gives its file. */
export async function limitedKubeconfig(plane: ControlPlane, admin: ApiClient, identity: Identity): Promise<string> {
  const name = `sandbox:${identity.user}`;
  const places = Map.groupBy(identity.rules, ({ namespace }) => namespace);
  for (const [namespace, rules] of places) await bind({ admin, name, user: identity.user, namespace, rules });
  const file = path.join(plane.folder, `${identity.user.replaceAll(/[^\w.-]/g, '-')}.kubeconfig`);
  const text = kubeconfig({
    server: plane.server,
    authority: plane.authority.certificate,
    user: plane.authority.client(identity.user, identity.groups ?? []),
    ...(identity.namespace === undefined ? {} : { namespace: identity.namespace }),
  });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

type Binding = {
  readonly admin: ApiClient;
  readonly name: string;
  readonly user: string;
  readonly namespace: string | undefined;
  readonly rules: readonly IdentityRule[];
};

const rbac = 'rbac.authorization.k8s.io';

async function bind({ admin, name, user, namespace, rules }: Binding): Promise<void> {
  const prefix = namespace === undefined ? 'Cluster' : '';
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const base = `/apis/${rbac}/v1${place}/${prefix.toLowerCase()}`;
  const common = { apiVersion: `${rbac}/v1`, metadata: { name, namespace } };
  if (namespace !== undefined) {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    await admin.apply(`/api/v1/namespaces/${namespace}`, object);
  }
  await admin.apply(`${base}roles/${encodeURIComponent(name)}`, {
    ...common,
    kind: `${prefix}Role`,
    rules: rules.map(({ namespace: _, ...rule }) => rule),
  });
  await admin.apply(`${base}rolebindings/${encodeURIComponent(name)}`, {
    ...common,
    kind: `${prefix}RoleBinding`,
    roleRef: { apiGroup: rbac, kind: `${prefix}Role`, name },
    subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
  });
}
