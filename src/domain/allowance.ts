import type { AllowedKind } from './cluster-scoped.ts';
import type { Environment } from './environment.ts';
import { type Repository, repositoryName } from './repository.ts';

/** One cluster of the operator's file, as every role may know it. How to reach it is the cluster worker's alone. */
export interface ClusterEntry {
  readonly name: string;
  /** A file; null: the pod's own service account. */
  readonly kubeconfig: string | null;
  readonly context: string | null;
  /** The namespace of ledgers and leases. */
  readonly ledgers: string;
  readonly allow: readonly AllowRule[];
}

export interface AllowRule {
  /** `owner/name`. */
  readonly repository: string;
  readonly environments: readonly string[];
  /** Branches that may be released; null: the default branch. */
  readonly refs: readonly string[] | null;
  readonly namespaces: readonly string[];
  readonly clusterScoped: readonly AllowedKind[];
  /** A user name to impersonate; null where the operator wrote `none`. */
  readonly impersonate: string | null;
}

/** What a repository's environment may do on a cluster. A denial carries its reason: check, status and log say the same. */
export type Allowance =
  | {
      readonly kind: 'allowed';
      readonly cluster: string;
      readonly namespaces: readonly string[];
      readonly clusterScoped: readonly AllowedKind[];
      readonly impersonate: string | null;
    }
  | { readonly kind: 'denied'; readonly reason: string };

export interface AllowanceQuestion {
  readonly repository: Repository;
  readonly environment: Pick<Environment, 'name' | 'cluster' | 'follow' | 'namespace'>;
  readonly defaultBranch: string;
}

/** Default deny: every part of the question must be named by one and the same rule. */
export function allowanceFor(clusters: readonly ClusterEntry[], question: AllowanceQuestion): Allowance {
  const { environment } = question;
  const repository = repositoryName(question.repository);
  const entry = clusters.find((cluster) => cluster.name === environment.cluster);
  if (entry === undefined) return denied(`the operator names no cluster "${environment.cluster}"`);
  const ofRepository = entry.allow.filter((rule) => isRuleOf(rule, question.repository));
  if (ofRepository.length === 0) {
    return denied(`the operator does not allow ${repository} on cluster "${entry.name}"`);
  }
  const ofEnvironment = ofRepository.filter((rule) => rule.environments.includes(environment.name));
  if (ofEnvironment.length === 0) {
    return denied(
      `the operator does not allow environment "${environment.name}" of ${repository} on cluster "${entry.name}"`,
    );
  }
  const branch = environment.follow.branch;
  const ofRef = ofEnvironment.filter((rule) => (rule.refs ?? [question.defaultBranch]).includes(branch));
  const rule = ofRef.find((candidate) => candidate.namespaces.includes(environment.namespace));
  if (ofRef.length === 0) {
    return denied(`the operator does not allow branch "${branch}" to be released to environment "${environment.name}"`);
  }
  if (rule === undefined) {
    return denied(
      `the operator does not allow namespace "${environment.namespace}" for environment "${environment.name}"`,
    );
  }
  return {
    kind: 'allowed',
    cluster: entry.name,
    namespaces: rule.namespaces,
    clusterScoped: rule.clusterScoped,
    impersonate: rule.impersonate,
  };
}

function denied(reason: string): Allowance {
  return { kind: 'denied', reason };
}

/** Whether a rule is about this repository. */
export function isRuleOf({ repository }: AllowRule, asked: Repository): boolean {
  // GitHub treats owner and repository names as case-insensitive.
  return repository.toLowerCase() === repositoryName(asked).toLowerCase();
}
