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

export const expectedStreams: Readonly<Record<string, ExpectedStream>> = {
  'ingress-nginx': { namespace: 'ingress-nginx', beside: [], steps: {} },
  metallb: { namespace: 'metallb-system', beside: [], steps: {} },
  'kube-prometheus': { namespace: 'monitoring', beside: ['big-crd'], steps: {} },
  'online-boutique': { namespace: 'default', beside: [], steps: {} },
};
