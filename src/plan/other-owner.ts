import { isJsonObject } from '../domain/json.ts';
import { type KubernetesObject, parseApiVersion } from '../domain/manifest.ts';

/** Another tool that keeps an object, as it marked the object itself. */
export interface OtherOwner {
  /** `Helm release shop/web` */
  readonly name: string;
  readonly tool: 'Helm' | 'Flux' | 'Argo CD';
  /** What it calls itself as a field manager: any of these in `adopt` takes its objects over. The usual one first. */
  readonly managers: readonly [string, ...string[]];
}

/**
 * Who else keeps a living object: by the marks that Flux, Argo CD and Helm put on what they apply. `null`: nobody is
 * known. A mark that others set as well (`app.kubernetes.io/instance`, by Helm's charts and by Argo CD's older tracking)
 * counts only where Argo CD also wrote fields of the object.
 */
export function otherOwner(live: KubernetesObject): OtherOwner | null {
  return fluxOwner(live) ?? argoOwner(live) ?? helmOwner(live);
}

/** Why it is not touched, and what would change that. */
export function otherOwnerWords({ name, tool, managers: [manager] }: OtherOwner): string {
  return `it lives already and belongs to ${name}: two that both apply it would undo each other. Have ${tool} let go of it; \`adopt: [${manager}]\` in the settings then takes it over`;
}

// fluxcd.io/flux/components/kustomize/kustomizations and …/helm/helmreleases: labels on everything that they apply. What
// a HelmRelease made has Helm's annotations, too.
function fluxOwner({ metadata: { labels = {} } }: KubernetesObject): OtherOwner | null {
  for (const { group, kind, managers } of fluxKinds) {
    const name = labels[`${group}/name`];
    if (name === undefined) continue;
    const namespace = labels[`${group}/namespace`];
    const where = namespace === undefined ? '' : `${namespace}/`;
    return { name: `the Flux ${kind} ${where}${name}`, tool: 'Flux', managers };
  }
  return null;
}

const fluxKinds = [
  { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', managers: ['kustomize-controller'] },
  { group: 'helm.toolkit.fluxcd.io', kind: 'HelmRelease', managers: ['helm-controller', 'helm'] },
] as const;

const argoManagers = ['argocd-controller', 'argocd-application-controller'] as const;

// argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking: `APPLICATION:GROUP/KIND:NAMESPACE/NAME`. Of a copy (by a
// controller that hands annotations on) it names another object, and Argo CD itself passes over it.
function argoOwner(live: KubernetesObject): OtherOwner | null {
  const { annotations = {}, labels = {}, name, namespace } = live.metadata;
  const { group } = parseApiVersion(live.apiVersion);
  const id = annotations['argocd.argoproj.io/tracking-id'];
  const [, application, about] = /^(.+?):(.*)$/s.exec(id ?? '') ?? [];
  const isTracked = about === `${group}/${live.kind}:${namespace ?? ''}/${name}`;
  const instance = wroteFields(live, argoManagers) ? labels['app.kubernetes.io/instance'] : undefined;
  const owner = isTracked ? application : instance;
  return owner === undefined
    ? null
    : { name: `the Argo CD application ${owner}`, tool: 'Argo CD', managers: argoManagers };
}

// helm.sh/docs/topics/charts_best_practices/labels, and the check of ownership before an upgrade: both marks.
function helmOwner({ metadata: { labels = {}, annotations = {} } }: KubernetesObject): OtherOwner | null {
  const release = annotations['meta.helm.sh/release-name'];
  if (release === undefined || labels['app.kubernetes.io/managed-by'] !== 'Helm') return null;
  const namespace = annotations['meta.helm.sh/release-namespace'];
  const where = namespace === undefined ? '' : `${namespace}/`;
  return { name: `Helm release ${where}${release}`, tool: 'Helm', managers: ['helm'] };
}

function wroteFields({ metadata: { managedFields = [] } }: KubernetesObject, managers: readonly string[]): boolean {
  return managedFields.some(
    (entry) => isJsonObject(entry) && typeof entry['manager'] === 'string' && managers.includes(entry['manager']),
  );
}
