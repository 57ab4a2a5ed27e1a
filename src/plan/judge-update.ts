import type { JsonObject } from '../domain/json.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import type { BlockedReason } from '../domain/plan.ts';
import type { Certainty, FieldConflict } from '../domain/prediction.ts';
import type { UpdateFinding } from './evidence.ts';
import { predictedContent } from './fields/allocated.ts';
import { type AttributedPath, attribute, takesEffect, type Versions } from './fields/attribute.ts';
import { contentOf, sameContent } from './fields/content.ts';
import { namedPosition, overlaps } from './fields/named-field.ts';
import { type ForeignField, foreignFields, removedFields } from './fields/others/foreign.ts';
import { hiddenFields, ignoredPaths, rulesFor, withoutIgnored } from './fields/others/ignored-fields.ts';
import { hiddenByLeaving } from './fields/others/left-fields.ts';
import { pathText, positionOf, valueAt } from './fields/path.ts';
import type { Judgement, JudgeSettings } from './judgement.ts';
import { isSecret } from './manifests/settle-manifest.ts';

/** An object that lives and stays: which paths change, who is behind each, and whether anybody must be asked first. */
export function judgeUpdate(neutral: Judgement, finding: UpdateFinding, settings: JudgeSettings): Judgement {
  const { live, merged, released, base, claims, left } = finding;
  const { subject, desired } = neutral;
  const rules = rulesFor(settings.environment.ignore, subject.reference);
  const ignored = rules.length === 0 ? [] : ignoredPaths(rules, live, [subject.released, subject.base, subject.merged]);
  const said = { written: subject.merged ?? merged, applied: desired ?? merged };
  const others = foreignFields(merged, said, subject.reference, ignored);
  const removed =
    finding.takeover?.foreign === undefined ? [] : foreignFields(live, said, subject.reference, ignored).fields;
  const kept = {
    hidden: [
      ...hiddenFields(subject.reference, live, [subject.base, subject.merged], ignored),
      ...hiddenByLeaving(subject.reference, left),
      ...others.hidden,
    ],
    left,
    foreign: [...removedFields(removed, merged), ...others.fields],
  };
  const reason = reasonOf(finding, others.fields, settings);
  const taken = isSecret(subject.reference) && reason === null ? claims : [];
  // Most objects of most plans: nothing differs, and nothing is copied to see it.
  if (taken.length === 0 && isObject(released, merged) && isObject(base, merged) && sameContent(live, merged)) {
    return reason === null
      ? { ...neutral, ...kept }
      : { ...neutral, ...kept, action: 'blocked', reason, refused: null };
  }
  // Nor may its paths say whether a guessed value is the one that lives.
  if (reason?.code === 'claim' && isSecret(subject.reference)) {
    return { ...neutral, ...kept, action: 'blocked', reason, refused: null };
  }

  const versions = versionsOf(finding, settings.releasedKnown, {
    live: withoutIgnored(contentOf(live), ignored),
    predicted: (object) => withoutIgnored(predictedContent(object, desired, live), ignored),
  });
  const attributed = withClaims(attribute(versions), merged, claims);
  const paths = taken.length === 0 ? attributed : withTakenKeys(attributed, taken, merged);
  const changes = paths.some(takesEffect);
  const mine = changes ? 'pull-request' : 'already';
  const judgement: Judgement = {
    ...neutral,
    action: changes ? 'update' : 'unchanged',
    certainty: certaintyOf(finding),
    paths,
    // Of keys that are taken the paths tell all that may be told.
    before: changes && taken.length === 0 ? versions.live : null,
    after: changes && taken.length === 0 ? versions.merged : null,
    warnings: changes || subject.touched ? finding.warnings : [],
    // Nothing differs, and yet it is this pull request that brings the object into Git: it is taken over by it.
    fromPullRequest: paths.length === 0 ? subject.touched : paths.some(({ causes }) => causes.includes(mine)),
    ...kept,
  };
  return reason === null ? judgement : { ...judgement, action: 'blocked', reason, refused: null };
}

function reasonOf(
  { claims }: UpdateFinding,
  foreign: readonly ForeignField[],
  { environment }: JudgeSettings,
): BlockedReason | null {
  // With `leave`, what is still claimed is what the object cannot do without.
  if (claims.length > 0 && environment.conflicts !== 'take') return { code: 'claim', message: claimText(claims) };
  if (foreign.length === 0 || environment.foreign !== 'block') return null;
  return { code: 'foreign', message: foreignText(foreign) };
}

function isObject(predicted: UpdateFinding['base'], object: KubernetesObject): boolean {
  return predicted.kind === 'object' && predicted.object === object;
}

/**
 * What cannot be told apart falls to the side of the pull request: what base says and the API server refuses would not
 * have been released, so base would have left what is released; and a released manifest that it refuses now, or that
 * is not there, leaves what lives.
 */
function versionsOf(
  { released, base, merged }: UpdateFinding,
  releasedKnown: boolean,
  content: { readonly live: JsonObject; readonly predicted: (object: KubernetesObject) => JsonObject },
): Versions {
  const { live, predicted } = content;
  const ofMerged = predicted(merged);
  const of = (one: UpdateFinding['base'], otherwise: JsonObject): JsonObject => {
    if (one.kind !== 'object') return otherwise;
    return one.object === merged ? ofMerged : predicted(one.object);
  };
  const ofReleased = of(released, live);
  return { live, released: releasedKnown ? ofReleased : 'unrenderable', base: of(base, ofReleased), merged: ofMerged };
}

function withClaims(
  paths: readonly AttributedPath[],
  merged: KubernetesObject,
  claims: readonly FieldConflict[],
): readonly AttributedPath[] {
  const claimed = claims.map(({ field }) => namedPosition(merged, field)).filter((place) => place !== null);
  if (claimed.length === 0) return paths;
  return paths.map((path) => {
    const place = positionOf(merged, path.path);
    const taken = place !== null && takesEffect(path) && claimed.some((one) => overlaps(one, place));
    return taken ? { ...path, causes: [...path.causes, 'claim'] } : path;
  });
}

/**
 * Keys of a Secret that are taken from others are taken whatever they hold: that nothing changes would confirm a guess.
 */
function withTakenKeys(
  paths: readonly AttributedPath[],
  claims: readonly FieldConflict[],
  merged: KubernetesObject,
): readonly AttributedPath[] {
  const keys = claims.map(({ field }) => field.replace(/^\.data\./, ''));
  const isTaken = ({ path: [member, key] }: AttributedPath) => member === 'data' && keys.some((one) => one === key);
  const taken = keys.map((key): AttributedPath => {
    const path = ['data', key];
    return { path, live: 'held by another', merged: valueAt(merged, path), causes: ['pull-request', 'claim'] };
  });
  return [...paths.filter((path) => !isTaken(path)), ...taken];
}

function certaintyOf({ live, released, base, doubt }: UpdateFinding): Certainty {
  if (live.metadata.deletionTimestamp !== undefined) return { kind: 'estimated', why: 'it is being deleted already' };
  if (doubt !== undefined) return { kind: 'estimated', why: doubt };
  if (released.kind !== 'untranslatable' && base.kind !== 'untranslatable') return { kind: 'exact' };
  return { kind: 'estimated', why: 'Git had it in another version of its API: who changed what cannot be told apart' };
}

function claimText(claims: readonly FieldConflict[]): string {
  const managers = Map.groupBy(claims, ({ manager }) => manager);
  const held = [...managers].map(([manager, fields]) => {
    return `${manager} holds ${fields.map(({ field }) => field.replace(/^\./, '')).join(', ')}`;
  });
  const [are, all, live] = claims.length === 1 ? ['it is', 'it', 'it lives'] : ['they are', 'them', 'they live'];
  return `${held.join('; ')}: never released from here, so ${are} not taken. To take ${all} set \`conflicts: take\`; to leave ${all} as ${live}, \`conflicts: leave\`, or give ${all} up in Git`;
}

/** How many foreign fields are named where they block. */
const foreignNamed = 10;

function foreignText(foreign: readonly ForeignField[]): string {
  const managers = Map.groupBy(foreign.slice(0, foreignNamed), ({ manager }) => manager.name);
  const set = [...managers].map(
    ([manager, fields]) => `${manager} set ${fields.map(({ path }) => pathText(path)).join(', ')}`,
  );
  const rest = foreign.length - foreignNamed;
  const more = rest > 0 ? ` and ${rest} more` : '';
  const all = foreign.length === 1 ? 'it' : 'them';
  return `${set.join('; ')}${more}, which Git does not mention: write ${all} into Git, take ${all} out of the cluster, or let the release do so with \`foreign: remove\``;
}
