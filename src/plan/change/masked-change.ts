import type { Json, JsonObject } from '../../domain/json.ts';
import { isJsonObject, sameJson } from '../../domain/json.ts';
import type { Identity } from '../../domain/manifest.ts';
import {
  type BlockedReason,
  type Change,
  type ForeignOfManager,
  notShown,
  type PathChange,
} from '../../domain/plan.ts';
import type { Certainty } from '../../domain/prediction.ts';
import type { RepositoryFacts } from '../../domain/repository.ts';
import { type AttributedPath, takesEffect } from '../fields/attribute.ts';
import { contentOf } from '../fields/content.ts';
import { differences } from '../fields/differences.ts';
import { otherManager } from '../fields/managed/managed-fields.ts';
import { leftPath } from '../fields/others/left-fields.ts';
import { type Path, pathText, valueAt } from '../fields/path.ts';
import type { Judgement } from '../judgement.ts';
import { asWritten } from './as-written.ts';
import { gitOnly } from './git-only.ts';
import { gitOnlyText } from './git-only-text.ts';
import { freeNames, type Mask } from './mask.ts';
import { maskedGoesWith } from './masked-goes-with.ts';
import { isSecretKind, opaqueValue, withoutOpaque } from './opaque.ts';
import { yamlDiff } from './yaml-diff.ts';

export interface MaskedChangeSettings {
  readonly mask: Mask;
  readonly visibility: RepositoryFacts['visibility'];
}

/**
 * A judgement as people may read it; null: there is nothing to say about the object. Masked in this order: values that
 * only the cluster holds where they are not for everybody, a Secret's values by its kind, known secret values anywhere.
 */
export function maskedChange(
  judgement: Judgement,
  does: Pick<Change, 'effect' | 'effects'>,
  settings: MaskedChangeSettings,
): Change | null {
  const { subject, action, paths, warnings, adopted } = judgement;
  const saysNothing = paths.length === 0 && warnings.length === 0 && !adopted;
  // Who touched the object learns why nothing comes of it; of others it is counted in the footer.
  const toldOthers = subject.touched && judgement.left.length + judgement.foreign.length > 0;
  if (action === 'unchanged' && saysNothing && !toldOthers) return null;
  const { group, kind, namespace, name } = subject.reference;
  const view = viewOf(judgement, settings);
  const change = {
    identity: { group, kind, namespace, name },
    origin: judgement.origin,
    certainty: maskedCertainty(judgement.certainty, view),
    paths: paths.map((path) => maskedPath(path, judgement, view)),
    diff: maskedDiff(judgement, view),
    warnings: warnings.map((warning) => (isSecretKind(view.kind) ? secretWarning : view.words(warning))),
    adopted,
    ...predecessorsOf(judgement, settings.mask),
    fromPullRequest: judgement.fromPullRequest,
    ...othersFields(judgement, view),
    ...(judgement.goesWith && { goesWith: maskedGoesWith(judgement.goesWith, settings) }),
    ...does,
  };
  switch (judgement.action) {
    case 'blocked':
    case 'unknown':
      return { ...change, action: judgement.action, reason: maskedReason(judgement.reason, view) };
    case 'create':
    case 'update':
    case 'delete':
    case 'replace':
    case 'unchanged':
      return { ...change, action: judgement.action };
  }
}

/** Only where something is written: what is not, takes nobody's fields. */
function predecessorsOf({ action, adopted, takeover }: Judgement, mask: Mask): Pick<Change, 'predecessors'> {
  if (takeover === undefined || takeover.managers.length === 0 || (action !== 'update' && !adopted)) return {};
  return { predecessors: takeover.managers.map(mask.text) };
}

function maskedReason({ code, message, faults }: BlockedReason, view: View): BlockedReason {
  const words = ownWords.has(code) ? view.mask.text : view.words;
  const masked = { code, message: words(message) };
  if (faults === undefined) return masked;
  return { ...masked, faults: faults.map((fault) => ({ ...fault, message: words(fault.message) })) };
}

/** What Fairlead says by itself names owners, managers and paths, and no values. */
const ownWords: ReadonlySet<BlockedReason['code']> = new Set([
  'not-allowed',
  'claim',
  'foreign',
  'owned-elsewhere',
  'identity-mismatch',
  'refused-manifest',
  'moving',
]);

function maskedCertainty(certainty: Certainty, { words }: View): Certainty {
  return certainty.kind === 'exact' ? certainty : { kind: certainty.kind, why: words(certainty.why) };
}

const secretWarning = 'the API server warns about it; the words are not shown, for it is a Secret';

interface View {
  readonly git: readonly (JsonObject | null)[];
  /** Live values that Git does not show anyway are not shown. */
  readonly gitOnly: boolean;
  readonly kind: Pick<Identity, 'group' | 'kind'>;
  readonly mask: Mask;
  /** What is said of it, as it may be read. */
  readonly words: (text: string) => string;
}

function viewOf({ subject, adopted, live }: Judgement, { mask, visibility }: MaskedChangeSettings): View {
  const git = [subject.released, subject.base, subject.merged];
  const { group, kind } = subject.reference;
  const view = { git, gitOnly: visibility === 'public' || adopted, kind: { group, kind }, mask };
  if (!view.gitOnly) return { ...view, words: mask.text };
  const tell = gitOnlyText(git, live.kind === 'present' ? [live.object] : []);
  return { ...view, words: (text) => mask.text(tell(text)) };
}

/** A remark on an object, as it may be read. */
export function maskedRemark(judgement: Judgement, settings: MaskedChangeSettings): string | null {
  return judgement.remark === null ? null : viewOf(judgement, settings).words(judgement.remark);
}

function maskedPath(attributed: AttributedPath, { live }: Judgement, view: View): PathChange {
  const { path, causes } = attributed;
  const asked = takesEffect(attributed) || causes.includes('drift');
  return {
    path: maskedPathText(path, view.mask),
    before: maskedValue(path, attributed.live, 'before', view),
    after: maskedValue(path, attributed.merged, 'after', view),
    causes,
    manager: asked && live.kind === 'present' ? otherManager(live.object, path) : null,
  };
}

/** How many foreign fields of an object are named. */
const foreignNamed = 20;

function othersFields({ left, foreign }: Judgement, view: View): Pick<Change, 'left' | 'foreign'> {
  const fields = foreign.slice(0, foreignNamed).map(({ path, value, manager, fate }) => {
    const shown = maskedValue(path, value, 'after', view);
    return { path: maskedPathText(path, view.mask), value: shown === notShown ? undefined : shown, manager, fate };
  });
  return {
    ...(left.length === 0
      ? {}
      : { left: left.map((one) => ({ path: view.mask.text(leftPath(one)), manager: one.manager })) }),
    ...(foreign.length === 0 ? {} : { foreign: { fields, more: foreign.length - fields.length } }),
  };
}

/**
 * The foreign fields of objects that have no change of their own, by manager: the first of each, and how many. Masked as
 * everything is.
 */
export function foreignByManager(
  judgements: readonly Judgement[],
  { mask }: Pick<MaskedChangeSettings, 'mask'>,
): readonly ForeignOfManager[] {
  const managers = new Map<string, { readonly first: ForeignOfManager; count: number }>();
  for (const { subject, foreign } of judgements) {
    const { group, kind, namespace, name } = subject.reference;
    for (const { path, manager } of foreign) {
      const known = managers.get(manager.name);
      const first = { identity: { group, kind, namespace, name }, path: maskedPathText(path, mask), manager, count: 1 };
      if (known === undefined) managers.set(manager.name, { first, count: 1 });
      else known.count += 1;
    }
  }
  return [...managers.values()].map(({ first, count }) => ({ ...first, count }));
}

function masked(side: JsonObject | null, mask: Mask): JsonObject | null {
  const shown = mask.json(side);
  return isJsonObject(shown) ? shown : null;
}

function maskedPathText(path: Path, mask: Mask): string {
  return pathText(path.map((segment, at) => maskedSegment(segment, path[at - 1], mask)));
}

// The members of an object are the API's words, but what names a list's item, or a label, is anybody's.
function maskedSegment(segment: Path[number], above: Path[number] | undefined, mask: Mask): Path[number] {
  if (typeof segment === 'string')
    return typeof above === 'string' && freeNames.has(above) ? mask.text(segment) : segment;
  if (typeof segment === 'number') return segment;
  const value = mask.json(segment.value);
  return typeof value === 'string' || typeof value === 'number' ? { ...segment, value } : segment;
}

function maskedValue(path: Path, value: Json | undefined, side: 'before' | 'after', view: View): Json | undefined {
  if (value === undefined) return value;
  const shown = opaqueValue(view.kind, path, value, side);
  const isMark = typeof shown === 'string' && shown !== value;
  const isTold = isMark || !view.gitOnly || view.git.some((one) => one !== null && sameJson(valueAt(one, path), value));
  return isTold ? view.mask.json(shown) : notShown;
}

function maskedDiff({ before, after, desired }: Judgement, view: View): string {
  if (before === null && after === null) return '';
  const seen = view.gitOnly
    ? { before: gitOnly(before, after, view.git), after: gitOnly(after, before, view.git) }
    : { before, after: before === null && after && desired ? asWritten(after, contentOf(desired)) : after };
  const sides = withoutOpaque(view.kind, seen.before, seen.after);
  const diff = yamlDiff(masked(sides.before, view.mask), masked(sides.after, view.mask));
  // A new object is shown as Git writes it.
  if (before !== null) return diff;
  const more = differences([after ?? undefined, seen.after ?? undefined]).length;
  return more === 0 ? diff : `${diff}\n+# and ${more} ${more === 1 ? 'field' : 'fields'} that the cluster sets`;
}
