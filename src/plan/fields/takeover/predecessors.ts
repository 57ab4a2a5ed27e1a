import type { Environment } from '../../../domain/environment.ts';
import { isJsonObject, type JsonObject } from '../../../domain/json.ts';
import { type KubernetesObject, ownManager, referenceOf } from '../../../domain/manifest.ts';
import { parseFields, stepsTo } from '../managed/field-set.ts';
import { ignoredPaths, rulesFor } from '../others/ignored-fields.ts';
import { type Path, positionOf } from '../path.ts';

/**
 * Field managers that wrote whole objects from files before Fairlead did, and why each is one (read in kubectl v0.37 and helm
 * v4.3). What they set is Git's once an object is released from here: where Git leaves it out, it goes.
 *
 * `adopt` in the settings names others, each as it stands in `managedFields`: `argocd-controller` (argo-cd, common/common.go,
 * ArgoCDSSAManager; roles and bindings under the program's own name, `argocd-application-controller`: argoproj/argo-cd#20815),
 * `kustomize-controller` and `helm-controller` of Flux, `Terraform` (hashicorp/terraform-provider-kubernetes,
 * defaultFieldManagerName: what applies) and `HashiCorp` (its user agent: all its other resources), `pulumi-kubernetes`
 * (pulumi/pulumi-kubernetes#2271: its client-side mode; in the other one each object has a name of its own).
 *
 * Not in it: who changes single fields of what lives (`kubectl-edit`, `kubectl-patch`, `kubectl-set`, `kubectl-label`,
 * `kubectl-annotate`, `kubectl-taint`, `kubectl-rollout`), whose fields are foreign, nor who scales (`kubectl scale` is `kubectl`
 * through a subresource); and `before-first-apply` (apimachinery, managedfields/internal/skipnonapplied.go), which is the
 * API server's name for all who wrote before managers were kept, autoscalers and controllers among them. Flux counts them
 * all in (kustomize-controller, `ssa.ApplyCleanupOptions`, by the beginning of the name), at the price of what controllers had set.
 */
const predecessors: ReadonlySet<string> = new Set([
  // kubectl apply: pkg/cmd/apply/apply.go, FieldManagerClientSideApply.
  'kubectl-client-side-apply',
  // kubectl apply --server-side: the same file, fieldManagerServerSideApply. Before kubernetes/kubernetes#88885 whatever
  // kubectl did was called so.
  'kubectl',
  // The same file, fieldManagerLastAppliedAnnotation: who keeps the copy of the manifest beside a server-side apply.
  'kubectl-last-applied',
  // kubectl create, also of `create deployment` and its like: pkg/cmd/create/create.go.
  'kubectl-create',
  // kubectl replace: pkg/cmd/replace/replace.go.
  'kubectl-replace',
  // They make whole objects as well: pkg/cmd/run/run.go, pkg/cmd/expose/expose.go, pkg/cmd/autoscale/autoscale.go.
  'kubectl-run',
  'kubectl-expose',
  'kubectl-autoscale',
  // helm install and upgrade: pkg/kube/client.go, getManagedFieldsManager, the program's own name (3: Update, 4: Apply, unless
  // an upgrade goes on as the release began).
  'helm',
]);

/** An entry of `managedFields`, as far as it was checked. */
export interface ManagedEntry extends JsonObject {
  readonly manager: string;
  readonly operation: string;
  readonly fieldsV1: JsonObject;
}

/** Who holds which fields of an object; what is no such entry holds nothing. */
export function managedEntries({ metadata }: KubernetesObject): readonly ManagedEntry[] {
  return (metadata.managedFields ?? []).filter(
    (entry): entry is ManagedEntry =>
      isJsonObject(entry) &&
      typeof entry['manager'] === 'string' &&
      typeof entry['operation'] === 'string' &&
      isJsonObject(entry['fieldsV1']),
  );
}

export function isOwnEntry({ manager, operation }: ManagedEntry): boolean {
  return manager === ownManager && operation === 'Apply';
}

/** What of an object becomes ours when it is released. */
export interface Takeover {
  /** Predecessors, each once. */
  readonly managers: readonly string[];
  /** What stays with them: fields that the settings ignore. */
  readonly untouched: readonly Path[];
  /** Single fields of whoever holds them, which Git does not mention (`foreign: remove`); absent: none. */
  readonly foreign?: readonly Path[];
}

/** null: it has no predecessors. `adopt` and `ignore` are the settings'; `manifests`: what Git says or said of it. */
export function takeoverOf(
  live: KubernetesObject,
  manifests: readonly (KubernetesObject | null)[],
  { adopt, ignore }: Pick<Environment, 'adopt' | 'ignore'>,
): Takeover | null {
  const managers = managedEntries(live).map(({ manager }) => manager);
  const known = managers.filter((manager) => predecessors.has(manager) || adopt.includes(manager));
  const takeover = { managers: [...new Set(known)], untouched: [] };
  if (predecessorsOf(live, takeover).length === 0) return null;
  const rules = rulesFor(ignore, referenceOf(live));
  return { ...takeover, untouched: ignoredPaths(rules, live, manifests).map(({ path }) => path) };
}

/**
 * Their entries, and those of whoever holds a foreign field that goes. What was written through a subresource is nobody's
 * manifest. Fields are compared by their names: what was written in another version of the API stays with whoever wrote it.
 */
export function predecessorsOf(live: KubernetesObject, takeover: Takeover): readonly ManagedEntry[] {
  const { managers } = takeover;
  const entries = managedEntries(live);
  if (entries.some((entry) => isOwnEntry(entry) && entry['apiVersion'] !== live.apiVersion)) return [];
  return entries.filter(
    (entry) =>
      entry.manager !== ownManager &&
      (managers.includes(entry.manager) || foreignSteps(entry, live, takeover).length > 0) &&
      entry['subresource'] === undefined &&
      entry['apiVersion'] === live.apiVersion,
  );
}

/** Where in a manager's fields the foreign ones are that become ours, to go. */
export function foreignSteps(
  { fieldsV1 }: ManagedEntry,
  live: KubernetesObject,
  { foreign = [] }: Takeover,
): readonly (readonly string[])[] {
  if (foreign.length === 0) return [];
  const fields = parseFields(fieldsV1);
  return foreign.flatMap((path) => {
    const position = positionOf(live, path);
    const steps = position === null ? null : stepsTo(fields, live, position);
    return steps === null ? [] : [steps];
  });
}
