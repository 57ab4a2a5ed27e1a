import { identityKey, type Manifest, type Origin, referenceOf } from '../../../domain/manifest.ts';
import type { Problem } from '../../../domain/rendering.ts';
import { type ManifestReading, readManifestsInSteps } from '../../../plan/manifests/read-manifests.ts';
import type { ChartClosure } from './helm-closure.ts';
import { readHook } from './helm-hooks.ts';
import { fileOf, placeIn } from './helm-origins.ts';

/** The manifests that a chart made, each with the file it was made from; hooks mapped, left out or refused. */
export function* readHelmOutput(output: Buffer, closure: ChartClosure): Generator<void, ManifestReading> {
  const documents = documentsIn(output.toString('utf8'));
  const reading = yield* readManifestsInSteps(
    documents.map(({ text }, index) => ({ path: String(index), content: Buffer.from(text) })),
  );
  const files = new Map<string, string>();
  const fileAt = (index: string | null): string => {
    const named = documents[Number(index)]?.named ?? '';
    const file = files.get(named) ?? fileOf(named, closure);
    files.set(named, file);
    return file;
  };
  // Lines of the output are nobody's lines.
  const atOrigins = (problems: readonly Problem[]): readonly Problem[] =>
    problems.map((problem) =>
      problem.file === null ? problem : { ...problem, file: fileAt(problem.file), line: null },
    );
  if (reading.kind === 'refused') return { ...reading, problems: atOrigins(reading.problems) };
  const found: Found = { manifests: [], remarks: [...atOrigins(reading.remarks)], problems: [] };
  for (const { object, origin } of reading.manifests) {
    yield;
    take(found, { object, ...placeIn(fileAt(origin?.file ?? null), object, closure.files) });
  }
  if (found.problems.length > 0) return { kind: 'refused', problems: found.problems };
  const passedOver = reading.passedOver.map(({ file }): Origin => ({ file: fileAt(file), line: null }));
  return { kind: 'read', manifests: found.manifests, passedOver, remarks: found.remarks };
}

interface Found {
  readonly manifests: Manifest[];
  readonly remarks: Problem[];
  readonly problems: Problem[];
}

function take(found: Found, manifest: Manifest): void {
  const hook = readHook(manifest);
  const { kind, metadata } = manifest.object;
  const say = (message: string, annotation = 'hook'): Problem => ({
    file: manifest.origin?.file ?? null,
    line: manifest.origin?.line ?? null,
    path: `metadata.annotations.helm.sh/${annotation}`,
    message: `${kind} ${metadata.name}: ${message}`,
  });
  if (metadata.annotations?.['helm.sh/resource-policy'] === 'keep') found.remarks.push(say(notKept, 'resource-policy'));
  switch (hook.kind) {
    case 'none':
      found.manifests.push(manifest);
      return;
    case 'mapped':
      found.manifests.push(hook.manifest);
      if (hook.runs) found.remarks.push(say(runsWhen));
      return;
    case 'left-out':
      found.remarks.push(say(hook.message));
      return;
    case 'refused':
      found.problems.push(say(hook.message));
  }
}

const runsWhen =
  'As a hook it runs when it is new or its pod template changes, not at each release, and it stays in the cluster.';

const notKept =
  'helm.sh/resource-policy is helm’s own: what the chart makes no more is deleted here, unless the environment says `prune: false`.';

interface OutputDocument {
  /** The file it was made from, as helm calls it. */
  readonly named: string;
  readonly text: string;
}

/** helm names the file at the head of each document; a file of `crds/` is printed whole, under one head. */
function documentsIn(output: string): readonly OutputDocument[] {
  const documents: OutputDocument[] = [];
  let named = '';
  for (const text of output.split(/^---(?:[ \t].*)?\r?\n/m)) {
    named = /^# Source: (\S.*)\n/.exec(text)?.[1] ?? named;
    documents.push({ named, text });
  }
  return documents;
}

/** The objects that two renderings of the same do not have in common, or not alike: `Secret web`. */
export function differingObjects(one: readonly Manifest[], other: readonly Manifest[]): readonly string[] {
  const textsOf = (manifests: readonly Manifest[]) =>
    new Map(manifests.map(({ object }) => [identityKey(referenceOf(object)), JSON.stringify(object)]));
  const [left, right] = [textsOf(one), textsOf(other)];
  const named = new Map([...one, ...other].map(({ object }) => [identityKey(referenceOf(object)), object]));
  return [...named].flatMap(([key, { kind, metadata }]) =>
    left.get(key) === right.get(key) ? [] : [`${kind} ${metadata.name}`],
  );
}
