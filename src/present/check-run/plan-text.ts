import { originText } from '../../domain/manifest.ts';
import type { Change, Plan } from '../../domain/plan.ts';
import { changeInText } from '../change/change-section.ts';
import { changeName } from '../change/change-words.ts';
import { cutDiff } from '../text/cut-diff.ts';
import { type Block, byteLength, fitBlocks, fitLines, textLimit } from '../text/fit.ts';
import { code, count } from '../text/markdown.ts';

/** The text of an environment's check run, and what of its plan is in it. */
export interface PlanText {
  readonly text: string;
  readonly whole: ReadonlySet<Change>;
  /** Too large for any text: its beginning is there. */
  readonly cut: ReadonlySet<Change>;
}

/** Room beside the differences of one object for its heading, causes and warnings. */
const besidesDiff = 12_000;
/** How much of an object is shown that does not fit as a whole. */
const beginning = 12_000;

/**
 * Every object whole, as many as fit; `first` before the others where not all do, for they are shown nowhere else on
 * GitHub. The others are named as long as names fit, and counted. `page`: where the whole plan is.
 */
export function planText(plan: Plan, first: ReadonlySet<Change>, page: string | null): PlanText {
  const blocks = plan.changes.map((change) => textBlock(change, plan, page));
  const all = fitBlocks(blocks, textLimit);
  if (all.left.length === 0) return placed(all.shown.map(({ text }) => text).join('\n\n'), blocks);
  const byNeed = [
    ...blocks.filter(({ change }) => first.has(change)),
    ...blocks.filter(({ change }) => !first.has(change)),
  ];
  // Names tell more than a few differences more would.
  const names = Math.min(20_000, byteLength(blocks.map(({ name }) => name).join('\n')));
  const { shown, left } = fitBlocks(byNeed, textLimit - names - 700);
  const notice = `### ✂️ Too large for GitHub: ${count(left.length, 'object is', 'objects are')} shown by name only`;
  const named = fitLines(
    left,
    ({ name }) => name,
    names,
    (rest) => `* and ${count(rest, 'more', 'more')}`,
  );
  const text = [...shown.map((one) => one.text), `${notice}\n\n${elsewhere(page)}\n\n${named}`].join('\n\n');
  return placed(
    text,
    shown.map(({ block }) => block),
  );
}

/** Where the whole plan is, as a sentence. */
function elsewhere(page: string | null): string {
  return page === null
    ? 'There is no other place where they are shown: whoever operates Fairlead can set `FAIRLEAD_URL`, and then a page shows the whole plan.'
    : `The whole plan is on [its page](<${page}>).`;
}

interface TextBlock extends Block {
  readonly change: Change;
  readonly isCut: boolean;
}

function textBlock(change: Change, plan: Plan, page: string | null): TextBlock {
  const name = `* ${code(changeName(change), 120)}`;
  if (change.diff.length < (textLimit - besidesDiff) / 4) {
    return { change, name, least: change.diff.length, isCut: false, text: () => changeInText(change, plan.at) };
  }
  const whole = cutDiff(change.diff, textLimit - besidesDiff);
  if (whole.cut === null) {
    return { change, name, least: change.diff.length, isCut: false, text: () => changeInText(change, plan.at) };
  }
  const begun = cutDiff(change.diff, beginning);
  const inGit = change.origin === null ? '' : `, and in Git at ${code(originText(change.origin))}`;
  const where = page === null ? elsewhere(null) : `The whole is on [its page](<${page}>)${inGit}.`;
  const note = `✂️ ${begun.cut ?? 'All lines'}: this object is too large for GitHub. ${where}`;
  return {
    change,
    name,
    least: 0,
    isCut: true,
    text: () => `${changeInText({ ...change, diff: begun.text }, plan.at)}\n\n${note}`,
  };
}

function placed(text: string, shown: readonly TextBlock[]): PlanText {
  const of = (isCut: boolean): ReadonlySet<Change> =>
    new Set(shown.filter((block) => block.isCut === isCut).map(({ change }) => change));
  return { text, whole: of(false), cut: of(true) };
}
