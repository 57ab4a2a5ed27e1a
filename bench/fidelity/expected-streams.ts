/** What one release over the one before should come to. */
export interface ExpectedStep {
  /** `group/Kind/namespace/name: code`: kept back before anything is applied. */
  readonly blocked: readonly string[];
  /** How many objects, once that was mended as its words say (or put back, where they name no way). */
  readonly done: Readonly<Record<string, number>>;
}

export interface ExpectedStream {
  readonly namespace: string;
  /** Folders of the stream that belong to each of its releases. */
  readonly beside: readonly string[];
  readonly steps: Readonly<Record<string, ExpectedStep>>;
}

/** What the words of a block must hold, by its code. */
const words: Readonly<Record<string, RegExp>> = {
  immutable: /annotated with `fairlead\.dev\/replace: "true"`/,
  'kind-missing': /^the cluster serves no kind \w+ in /,
};

export function compareWords(
  blocked: readonly { readonly key: string; readonly code: string; readonly message: string }[],
): readonly string[] {
  return blocked.flatMap(({ key, code, message }) =>
    words[code]?.test(message) === false ? [`${key}: ${code} is said as: ${message}`] : [],
  );
}

const jobs = ['create', 'patch'].map((one) => `batch/Job/ingress-nginx/ingress-nginx-admission-${one}: immutable`);

/** A policy of pod security became nothing; MetalLB wrote two until 0.13.4, at times without their namespace. */
const policies = (namespace: string): readonly string[] =>
  ['controller', 'speaker'].map((one) => `policy/PodSecurityPolicy/${namespace}/${one}: kind-missing`);

/** What lives in the namespace that a release takes out of Git: the namespace is put back. */
const groundless = (names: readonly string[]): readonly string[] => [
  '/Namespace//metallb-system: put-back',
  ...['/ServiceAccount', 'rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/RoleBinding'].flatMap((kind) =>
    (kind === '/ServiceAccount' ? ['controller', 'speaker'] : names).map(
      (name) => `${kind}/metallb-system/${name}: refused-manifest`,
    ),
  ),
  'apps/DaemonSet/metallb-system/speaker: refused-manifest',
  'apps/Deployment/metallb-system/controller: refused-manifest',
];

const nothing: ExpectedStep = { blocked: [], done: {} };
const images: ExpectedStep = { blocked: [], done: { update: 11 } };

export const expectedStreams: Readonly<Record<string, ExpectedStream>> = {
  'ingress-nginx': {
    namespace: 'ingress-nginx',
    beside: [],
    steps: {
      'controller-v1.8.0': { blocked: [], done: { create: 19 } },
      'controller-v1.9.0': nothing,
      'controller-v1.9.1': { blocked: jobs, done: { create: 1, update: 16, replace: 2 } },
      'controller-v1.9.4': { blocked: jobs, done: { update: 17, replace: 2 } },
      'controller-v1.9.5': { blocked: jobs, done: { update: 16, delete: 1, replace: 2 } },
      // From here on its Jobs go by themselves once they are done.
      'controller-v1.12.8': { blocked: jobs, done: { update: 16, delete: 2 } },
      'controller-v1.13.0': { blocked: [], done: { update: 16 } },
    },
  },
  metallb: {
    namespace: 'metallb-system',
    beside: [],
    steps: {
      'v0.8.3': { blocked: ['policy/PodSecurityPolicy/metallb-system/speaker: kind-missing'], done: { create: 11 } },
      'v0.9.0': {
        blocked: [...groundless(['config-watcher', 'pod-lister']), ...policies('metallb-system')],
        done: { create: 2, update: 4 },
      },
      'v0.12.1': {
        blocked: [...groundless(['config-watcher', 'controller', 'pod-lister']), ...policies('')],
        done: { create: 2, update: 4 },
      },
      // Two of its definitions are served only once its controller has given them a certificate.
      'v0.13.0': { blocked: policies(''), done: { create: 10, update: 8, delete: 2 } },
      'v0.13.3': { blocked: policies(''), done: { update: 2 } },
      'v0.13.4': { blocked: policies(''), done: { create: 1, update: 5, delete: 1 } },
      'v0.14.2': { blocked: [], done: { create: 1, update: 13 } },
      'v0.14.3': { blocked: [], done: { update: 3, delete: 1 } },
      'v0.14.4': { blocked: [], done: { create: 3, update: 13, delete: 2 } },
    },
  },
  'kube-prometheus': {
    namespace: 'monitoring',
    // A definition of more than 262,144 bytes, which no annotation can hold.
    beside: ['big-crd'],
    steps: {
      'v0.9.0': { blocked: [], done: { create: 78 } },
      'v0.10.0': { blocked: [], done: { create: 2, update: 70, delete: 1 } },
    },
  },
  'online-boutique': {
    namespace: 'default',
    beside: [],
    steps: {
      'v0.8.0': { blocked: [], done: { create: 24 } },
      'v0.8.1': images,
      'v0.9.0': images,
      'v0.10.0': { blocked: [], done: { create: 11, update: 24 } },
      'v0.10.1': images,
      'v0.10.2': images,
      'v0.10.3': images,
      'v0.10.4': images,
      'v0.10.5': images,
      'v0.10.6': images,
    },
  },
};
