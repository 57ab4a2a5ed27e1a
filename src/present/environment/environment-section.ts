import { aggregateName, environmentRunName } from '../../domain/check-run.ts';
import type { Environment } from '../../domain/environment.ts';
import type { Change, Plan } from '../../domain/plan.ts';
import type { PlanText } from '../check-run/plan-text.ts';
import { type EnvironmentPreview, isPlanned, needOf } from '../preview.ts';
import { byteLength, fitBlocks } from '../text/fit.ts';
import { code, count, details, list, prose } from '../text/markdown.ts';
import { clip } from '../text/visible-text.ts';
import { headLines } from './head-lines.ts';
import { type ObjectRun, type ObjectsBlock, objectRuns } from './object-runs.ts';
import { comparedLine } from './plan-lines.ts';
import { type SaidBefore, saidBefore, saidBeforeLines } from './said-before.ts';

/** One environment's part of the comment, before it is known how much of it fits. */
interface Section {
  readonly preview: EnvironmentPreview;
  /** The heading and what a person must know or decide: always shown with the section. */
  readonly head: string;
  readonly runs: readonly ObjectRun[];
  readonly tail: string;
}

interface FittedSection extends Section {
  /** The objects that fit, under their titles. */
  readonly shown: readonly string[];
  readonly left: readonly ObjectsBlock[];
}

/** As much of the environments as a comment holds. */
export interface FittedSections {
  readonly sections: readonly FittedSection[];
  /** Names of the environments of which there is nothing. */
  readonly leftOut: readonly string[];
}

/** Room for what stands around the objects of a run, and the blank lines. */
const foldBytes = 120;
/** Room for the line that counts and names what is left out of a section, and says where it is. */
const leftOutBytes = 1600;

/** All environments with something to say, as many whole objects as fit in `bytes`; the rest is counted. */
export function fitSections(environments: readonly EnvironmentPreview[], bytes: number): FittedSections {
  const told = telling(environments);
  const chosen = chooseSections(told, bytes - leftOutBytes);
  const shown = new Set(chosen.sections.map(({ preview }) => preview));
  let { free } = chosen;
  const sections = chosen.sections.map((one) => {
    const fitted = fitSection(one, free);
    free -= fitted.used;
    return fitted.section;
  });
  const leftOut = told.filter((preview) => !shown.has(preview));
  return { sections, leftOut: leftOut.map(({ environment }) => environment.name) };
}

/** Those whose heads there is room for. What refers to another one refers to one that is shown. */
function chooseSections(
  told: readonly EnvironmentPreview[],
  bytes: number,
): { readonly sections: readonly Section[]; readonly free: number } {
  const sections: Section[] = [];
  let free = bytes;
  const same = saidBefore(told);
  for (const preview of told) {
    const written = free < leftOutBytes ? null : section(preview, same(preview.environment.name));
    const cost = written === null ? 0 : byteLength(written.head) + byteLength(written.tail) + leftOutBytes;
    if (written === null || cost > free) continue;
    sections.push(written);
    free -= cost;
  }
  if (sections.length === told.length) return { sections, free };
  return chooseSections(
    sections.map(({ preview }) => preview),
    bytes,
  );
}

/** The objects of an environment that the comment does not show, though it has them to say. */
export function leftOfEnvironment({ sections }: FittedSections, name: string): ReadonlySet<Change> {
  const fitted = sections.find(({ preview }) => preview.environment.name === name);
  return new Set(fitted?.left.flatMap(({ changes }) => changes) ?? []);
}

/** The sections as they stand in the comment. `texts`: of the environments with a check run of their own. */
export function writtenSections({ sections, leftOut }: FittedSections, texts: ReadonlyMap<string, PlanText>): string {
  const written = sections.map((one) => {
    const { name } = one.preview.environment;
    const parts = [one.head, ...one.shown, leftOutLine(one, texts.get(name) ?? null), one.tail];
    return parts.filter(notEmpty).join('\n\n');
  });
  return [...written, sectionsLeftOut(leftOut)].filter(notEmpty).join('\n\n');
}

function section(preview: EnvironmentPreview, same: SaidBefore): Section {
  const { environment, state, page } = preview;
  const plan = isPlanned(state) ? state.plan : null;
  const head = [heading(environment, plan), ...headLines(preview), ...saidBeforeLines(same)];
  return {
    preview,
    head: head.filter(notEmpty).join('\n\n'),
    runs: plan === null ? [] : objectRuns(plan, same.shared),
    tail:
      plan === null
        ? ''
        : `<sub>${comparedLine(plan, same.footer)}${page === null ? '' : ` [Whole plan](<${page}>)`}</sub>`,
  };
}

function heading(environment: Environment, plan: Plan | null): string {
  const version = plan === null ? '' : ` (${prose(clip(plan.clusterVersion, 40))})`;
  return `#### ${prose(environment.name)} · cluster ${code(environment.cluster)}${version}, namespace ${code(environment.namespace)}`;
}

function fitSection(section: Section, bytes: number): { readonly section: FittedSection; readonly used: number } {
  const { runs } = section;
  const titles = runs.reduce((sum, { title }) => sum + byteLength(title) + foldBytes, 0);
  const { shown, left, free } = fitBlocks(
    runs.flatMap(({ blocks }) => blocks),
    bytes - titles,
  );
  const texts = new Map(shown.map(({ block, text }) => [block, text]));
  const written = runs.flatMap(({ title, folded, blocks }) => {
    const fitted = blocks.flatMap((block) => texts.get(block) ?? []);
    if (fitted.length === 0) return [];
    return folded ? [title, foldedNew(fitted, blocks.length)] : [title, ...fitted];
  });
  return { section: { ...section, shown: written, left }, used: bytes - free };
}

function foldedNew(texts: readonly string[], all: number): string {
  const shown = texts.length < all ? `${number(texts.length)} of ${count(all, 'object')}` : count(all, 'object');
  return details(`<b>create · ${shown}</b>`, texts.join('\n\n'));
}

/** `✂️ 12 objects are left out here for size: …: 9 are whole in the check run …, 3 shown there by name only; …` */
function leftOutLine({ preview, left }: FittedSection, text: PlanText | null): string {
  if (left.length === 0) return '';
  const changes = left.flatMap((block) => block.changes);
  const named = left.map(({ name }) => code(name, 60));
  const run = code(environmentRunName(preview.environment.name));
  const [whole, cut] = [text?.whole, text?.cut].map((held) => changes.filter((one) => held?.has(one) === true).length);
  const byName = changes.length - (whole ?? 0) - (cut ?? 0);
  const where = [
    whole ? `${number(whole)} ${whole === 1 ? 'is' : 'are'} whole in the check run ${run}` : '',
    cut ? `${changes.length === 1 ? 'its' : `of ${number(cut)} the`} beginning is in the check run ${run}` : '',
    byName === 0 || text === null ? '' : `${number(byName)} ${byName === 1 ? 'is' : 'are'} named there only`,
  ].filter(notEmpty);
  const all = changes.length === 1 ? 'It is' : 'All of them are';
  const page = preview.page === null ? '' : ` ${all} in the [whole plan](<${preview.page}>).`;
  const lost = text === null && preview.page === null ? ' They are shown nowhere else.' : '';
  return `✂️ ${count(changes.length, 'object is', 'objects are')} left out here for size (${list(named, 5)})${where.length === 0 ? '.' : `: ${list(where)}.`}${page}${lost}`;
}

function number(one: number): string {
  return one.toLocaleString('en-US');
}

function sectionsLeftOut(names: readonly string[]): string {
  if (names.length === 0) return '';
  return `✂️ ${count(names.length, 'environment is', 'environments are')} left out here for size: ${list(names.map(prose), 5)}; the check run ${code(aggregateName)} lists them all.`;
}

// Environments with nothing to say have their row only; those that need a person come first.
function telling(environments: readonly EnvironmentPreview[]): readonly EnvironmentPreview[] {
  return environments
    .filter(({ state }) => state.kind !== 'unaffected' && state.kind !== 'planning')
    .toSorted((left, right) => needOf(left.state) - needOf(right.state));
}

function notEmpty(text: string): boolean {
  return text !== '';
}
