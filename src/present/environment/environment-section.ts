import { aggregateName, environmentRunName } from '../../domain/check-run.ts';
import type { Environment } from '../../domain/environment.ts';
import { identityKey } from '../../domain/manifest.ts';
import type { Change, Plan } from '../../domain/plan.ts';
import { commonCause, notAuthoredTitle } from '../change/cause-titles.ts';
import { changeInComment } from '../change/change-section.ts';
import { changeName } from '../change/change-words.ts';
import { isDrifted } from '../change/drift.ts';
import { sharedRefusalLine, withSharedRefusals } from '../change/shared-refusals.ts';
import { type EnvironmentPreview, isPlanned, needOf } from '../preview.ts';
import { type Block, byteLength, fitBlocks } from '../text/fit.ts';
import { code, count, list, prose } from '../text/markdown.ts';
import { clip } from '../text/visible-text.ts';
import { blockedLead } from './blocked-lines.ts';
import { comparedLine, confirmLines, problemLines, remarksOn, removedLines } from './plan-lines.ts';

/** One environment's part of the comment, before it is known how much of it fits. */
interface Section {
  /** The heading and what a person must know or decide: always shown with the section. */
  readonly head: string;
  readonly authored: readonly Block[];
  readonly others: { readonly title: string; readonly blocks: readonly Block[] };
  readonly tail: string;
  /** Where the objects that do not fit are shown. */
  readonly elsewhere: string;
}

/** Room for the line that counts and names what is left out of a section. */
const leftOutBytes = 900;

/**
 * All environments with something to say, as many whole objects as fit in `bytes`. What is left out is counted, named
 * and said where it is. `ownRuns`: whether an environment has a check run of its own.
 */
export function environmentSections(
  environments: readonly EnvironmentPreview[],
  ownRuns: (environment: string) => boolean,
  bytes: number,
): string {
  const shown: Section[] = [];
  const left: string[] = [];
  let free = bytes - leftOutBytes;
  for (const environment of shortened(environments)) {
    const { name } = environment.preview.environment;
    const written = free < leftOutBytes ? null : section(environment, ownRuns(name));
    const cost = written === null ? 0 : byteLength(written.head) + byteLength(written.tail) + leftOutBytes;
    if (written === null || cost > free) {
      left.push(name);
    } else {
      shown.push(written);
      free -= cost;
    }
  }
  const texts = shown.map((one) => {
    const fitted = fitSection(one, free);
    free -= fitted.used;
    return fitted.text;
  });
  return [...texts, sectionsLeftOut(left)].filter(notEmpty).join('\n\n');
}

function section({ preview, same }: Shortened, ownRun: boolean): Section {
  const { environment, state } = preview;
  const planned = isPlanned(state) ? state : null;
  const changes = planned === null ? [] : planned.plan.changes;
  const authored = changes.filter((change) => change.fromPullRequest);
  const others = changes.filter((change) => !change.fromPullRequest);
  const at = planned?.plan.at ?? '';
  const few = authored.length <= 3;
  const cause = commonCause(others);
  const block = (change: Change): Block => ({
    name: changeName(change),
    text: () =>
      changeInComment(
        change,
        { at, told: change.fromPullRequest ? null : cause },
        few && (change.action === 'update' || change.action === 'replace') && change.diff.length < 2500,
      ),
  });
  const blocks = (shown: readonly Change[]): readonly Block[] =>
    withSharedRefusals(shown).map((one) => {
      if (one.kind === 'one') return block(one.change);
      const name = `${one.changes[0].action} · ${count(one.changes.length, 'object')}`;
      return { name, text: () => sharedRefusalLine(one) };
    });
  const asEarlier =
    same === null
      ? ''
      : `The pull request’s own ${authored.length === 1 ? 'change is' : `${count(authored.length, 'change')} are`} the same as in **${prose(same)}**, with the same differences.`;
  return {
    head: [heading(environment, planned?.plan ?? null), ...headLines(preview), asEarlier].filter(notEmpty).join('\n\n'),
    authored: same === null ? blocks(authored) : [],
    others: { title: notAuthoredTitle(cause), blocks: blocks(others) },
    tail: planned === null ? '' : `<sub>${comparedLine(planned.plan)}</sub>`,
    elsewhere: ownRun
      ? `whole in the check run ${code(environmentRunName(environment.name))}, as far as it holds them`
      : 'shown by name only',
  };
}

function heading(environment: Environment, plan: Plan | null): string {
  const version = plan === null ? '' : ` (${prose(clip(plan.clusterVersion, 40))})`;
  return `#### ${prose(environment.name)} · cluster ${code(environment.cluster)}${version}, namespace ${code(environment.namespace)}`;
}

function headLines(preview: EnvironmentPreview): readonly string[] {
  const { environment, state } = preview;
  switch (state.kind) {
    case 'unaffected':
    case 'planning':
      return [];
    case 'removed':
      return [removedLines(environment)];
    case 'refused':
      return ['**❌ It cannot be rendered, so nothing can be planned:**', problemLines(state.problems, 4000)];
    case 'denied':
      return [`**⛔ Not allowed:** ${prose(clip(state.reason, 600))}. Nothing was sent to the cluster.`];
    case 'failed':
      return [`**❌ It could not be predicted:** ${prose(clip(state.reason, 600))}. Comment \`/plan\` to try again.`];
    case 'blocked':
      return [
        blockedLead(state.blocked, environment),
        confirmLines(state.plan, null),
        ...planRemarks(preview, state.plan),
      ];
    case 'unconfirmed':
      return [confirmLines(state.plan, null), ...planRemarks(preview, state.plan)];
    case 'ready':
      return [confirmLines(state.plan, state.confirmedBy), ...planRemarks(preview, state.plan)];
  }
}

function planRemarks({ environment, heldUp, carries }: EnvironmentPreview, plan: Plan): readonly string[] {
  const changing = plan.changes.some(({ action }) => action !== 'unchanged');
  const problems = remarksOn(plan);
  return [
    modeRemark(environment),
    carries === null || !plan.changes.some(isCarried)
      ? ''
      : `⏳ #${carries} was merged before and its release waits: it goes with this merge.`,
    heldUp === null
      ? ''
      : `⏳ It is released after **${prose(heldUp.by)}**, which diverged at \`${heldUp.commit.slice(0, 7)}\`: until that is mended or reverted, it waits.`,
    changing ? '' : 'Nothing to change: the cluster is already as this merge would make it.',
    problems.length === 0 ? '' : `⚠️ Worth a look:\n${problemLines(problems, 2000)}`,
  ];
}

/** Whether anything of the change may come from what was merged before. */
function isCarried(change: Change): boolean {
  if (change.paths.some(({ causes }) => causes.includes('unreleased'))) return true;
  return !change.fromPullRequest && !isDrifted(change);
}

function modeRemark({ mode }: Environment): string {
  switch (mode) {
    case 'release':
      return '';
    case 'manual':
      return 'Mode `manual`: merging releases nothing; `/sync` does.';
    case 'observe':
      return 'Mode `observe`: planned and watched, never released.';
  }
}

function fitSection(section: Section, bytes: number): { readonly text: string; readonly used: number } {
  const authored = fitBlocks(section.authored, bytes);
  const title = section.others.blocks.length === 0 ? '' : `**${section.others.title}:**`;
  const others = fitBlocks(section.others.blocks, authored.free - byteLength(title) - 2);
  const left = [...authored.left, ...others.left];
  const parts = [
    section.head,
    ...authored.shown,
    others.shown.length === 0 ? '' : title,
    ...others.shown,
    left.length === 0 ? '' : `✂️ ${objectsLeftOut(left)}; they are ${section.elsewhere}.`,
    section.tail,
  ];
  return { text: parts.filter(notEmpty).join('\n\n'), used: bytes - Math.min(others.free, authored.free) };
}

/** `12 objects are left out here for their size (…)` */
export function objectsLeftOut(blocks: readonly Block[]): string {
  const named = blocks.map(({ name }) => code(name, 100));
  return `${count(blocks.length, 'object is', 'objects are')} left out here for size: ${list(named, 5)}`;
}

function sectionsLeftOut(names: readonly string[]): string {
  if (names.length === 0) return '';
  return `✂️ ${count(names.length, 'environment is', 'environments are')} left out here for size: ${list(names.map(prose), 5)}; the check run ${code(aggregateName)} lists them all.`;
}

interface Shortened {
  readonly preview: EnvironmentPreview;
  /** The earlier environment whose changes these repeat; null: they are shown. */
  readonly same: string | null;
}

// Environments with nothing to say have their row only; those that need a person come first. Of several with the same
// changes the first one shows them.
function shortened(environments: readonly EnvironmentPreview[]): readonly Shortened[] {
  const telling = environments
    .filter(({ state }) => state.kind !== 'unaffected' && state.kind !== 'planning')
    .toSorted((left, right) => needOf(left.state) - needOf(right.state));
  if (telling.length === 1) return telling.map((preview) => ({ preview, same: null }));
  const seen = new Map<string, string>();
  return telling.map((preview) => {
    const signature = signatureOf(preview);
    const same = signature === null ? null : (seen.get(signature) ?? null);
    if (signature !== null && same === null) seen.set(signature, preview.environment.name);
    return { preview, same };
  });
}

function signatureOf({ state }: EnvironmentPreview): string | null {
  if (!isPlanned(state) || state.kind === 'blocked') return null;
  const authored = state.plan.changes.filter((change) => change.fromPullRequest);
  if (authored.length === 0) return null;
  return JSON.stringify(
    authored.map(({ identity, action, diff, certainty, warnings, paths, adopted, effects }) => [
      identityKey({ ...identity, namespace: null }),
      action,
      diff,
      certainty,
      warnings,
      adopted,
      effects.map(({ kind }) => kind),
      // Drift is each cluster's own.
      paths.map(({ path, causes }) => [path, causes]),
    ]),
  );
}

function notEmpty(text: string): boolean {
  return text !== '';
}
