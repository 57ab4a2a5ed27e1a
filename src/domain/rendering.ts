import type { Environment } from './environment.ts';
import type { Manifest, Origin } from './manifest.ts';
import type { CommitId, Repository, TreeId } from './repository.ts';

/** What makes a folder a Helm chart: https://helm.sh/docs/topics/charts/ */
export const chartFile = 'Chart.yaml';

/** Which manifests are asked for. `tree` is the tree of a commit or of a merge that is no commit yet. */
export interface RenderingSource {
  readonly repository: Repository;
  readonly tree: TreeId;
  /** Relative to the repository's root, without leading or trailing slash; `` is the root. */
  readonly path: string;
  /** It is what a fork's pull request would bring: a program reads it in the jail or not at all. */
  readonly fromFork?: boolean;
  /** null: nobody can tell; a chart is refused then. */
  readonly chart: ChartOptions | null;
}

/** What a chart's manifests depend on besides its files. */
export interface ChartOptions {
  /** A chart may ask which version and which APIs it has. */
  readonly cluster: string;
  /** `.Release.Name` */
  readonly release: string;
  /** `.Release.Namespace` */
  readonly namespace: string;
  /** Files, relative to the environment's path; later ones win. */
  readonly values: readonly string[];
}

/** Where an environment's manifests stand, and with what a chart is rendered there. */
export function placeOf({
  path,
  cluster,
  name,
  namespace,
  helm,
}: Pick<Environment, 'path' | 'cluster' | 'name' | 'namespace' | 'helm'>): Pick<RenderingSource, 'path' | 'chart'> {
  return { path, chart: { cluster, release: helm.release ?? name, namespace, values: helm.values } };
}

/** All manifests of an environment at a commit, in the order of the files. */
export interface Rendering {
  /** SHA-256 of the canonical JSON of the manifests (hexadecimal): equal content, equal id, whatever the tree. */
  readonly id: string;
  readonly renderer: Renderer;
  readonly manifests: readonly Manifest[];
  /** Documents without apiVersion and kind: no manifests, named in the check's text. */
  readonly passedOver: readonly Origin[];
  /** What was left out of a manifest and why (a `status`, for example): said, never silent. */
  readonly remarks: readonly Problem[];
}

export interface Renderer {
  readonly kind: 'plain' | 'kustomize' | 'helm';
  readonly version: string;
}

/** Something wrong with what a person wrote, where they can mend it. */
export interface Problem {
  /** Relative to the repository's root; null when it belongs to no file. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** Path inside the document, such as `environments.staging.cluster`; null where there is none. */
  readonly path: string | null;
  /** What was expected and what to do next, one sentence each. Never holds a Secret's value. */
  readonly message: string;
}

/** The setting that names files of values, as the path of a problem with one of them: `helm.values.1`. */
export const valuesSetting = 'helm.values';

/** Rendering either succeeds whole or says every problem: there is no partial rendering. */
export type RenderResult =
  | { readonly kind: 'rendered'; readonly rendering: Rendering }
  /** The path does not exist in that tree: the environment has no manifests there (it is being added or removed). */
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'refused';
      readonly problems: readonly Problem[];
      /** The cluster whose version and APIs are not known yet: once it has told them, this can be rendered. */
      readonly awaits?: string;
    };

/** Enough to make a released rendering again: what the ledger keeps of it. */
export interface ReleasedSource {
  readonly commit: CommitId;
  readonly path: string;
  /** `Rendering.id`. */
  readonly rendering: string;
}
