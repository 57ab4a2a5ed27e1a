import type { Change, Plan } from '../../domain/plan.ts';
import { commonCause, notAuthoredTitle } from '../change/cause-titles.ts';
import { changeInComment } from '../change/change-section.ts';
import { changeName } from '../change/change-words.ts';
import { type SharedRefusal, sharedRefusalLine, withSharedRefusals } from '../change/shared-refusals.ts';
import type { Block } from '../text/fit.ts';
import { count } from '../text/markdown.ts';

/** What is shown of one object, or of several that are shown as one. */
export interface ObjectsBlock extends Block {
  readonly changes: readonly Change[];
}

/** Objects one after another that are all from the pull request, or none of them. */
export interface ObjectRun {
  /** ''; else what they have in common, said above them. */
  readonly title: string;
  /** So many new objects that they stand behind one summary: whoever decides on the rest reads past them. */
  readonly folded: boolean;
  readonly blocks: readonly ObjectsBlock[];
}

/** Of so few that the pull request changes, besides what is new, each stands open. */
const fewAuthored = 3;
/** More new ones than these are folded. */
const fewCreated = 15;

/** The objects of an environment in the plan's order, but for those that are `shown` elsewhere. */
export function objectRuns({ changes, at }: Plan, shown: ReadonlySet<Change>): readonly ObjectRun[] {
  const left = changes.filter((change) => !shown.has(change));
  const few = left.filter((change) => change.fromPullRequest && !isNew(change)).length <= fewAuthored;
  const runs = runsOf(withSharedRefusals(left), left.filter(isNew).length > fewCreated);
  return runs.map(({ authored, folded, items }, index) => {
    const cause = authored ? null : commonCause(items.flatMap(changesOf));
    const goesOn = index === 0 || runs[index - 1]?.authored === true;
    const title = authored ? (goesOn ? '' : 'From this pull request') : notAuthoredTitle(cause);
    const block = (change: Change): ObjectsBlock => ({
      changes: [change],
      name: changeName(change),
      least: change.diff.length,
      text: () => changeInComment(change, { at, told: cause }, few && isShort(change)),
    });
    const blocks = items.map((item) => (item.kind === 'one' ? block(item.change) : sharedBlock(item)));
    return { title: title === '' ? '' : `**${title}:**`, folded, blocks };
  });
}

function isNew({ action, fromPullRequest }: Change): boolean {
  return action === 'create' && fromPullRequest;
}

type Item = ReturnType<typeof withSharedRefusals>[number];

function changesOf(item: Item): readonly Change[] {
  return item.kind === 'one' ? [item.change] : item.changes;
}

interface Run {
  readonly authored: boolean;
  readonly folded: boolean;
  readonly items: readonly Item[];
}

function runsOf(items: readonly Item[], foldsNew: boolean): readonly Run[] {
  const runs: (Run & { readonly items: Item[] })[] = [];
  for (const item of items) {
    const changes = changesOf(item);
    const authored = changes.some(({ fromPullRequest }) => fromPullRequest);
    const folded = foldsNew && changes.every(isNew);
    const last = runs.at(-1);
    if (last?.authored === authored && last.folded === folded) last.items.push(item);
    else runs.push({ authored, folded, items: [item] });
  }
  return runs;
}

function sharedBlock(shared: SharedRefusal): ObjectsBlock {
  const { changes } = shared;
  const name = `${changes[0].action} · ${count(changes.length, 'object')}`;
  return { changes, name, least: 0, text: () => sharedRefusalLine(shared) };
}

function isShort({ action, diff }: Change): boolean {
  return (action === 'update' || action === 'replace') && diff.length < 2500;
}
