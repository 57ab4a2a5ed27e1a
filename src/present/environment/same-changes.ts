import { identityKey } from '../../domain/manifest.ts';
import { type Change, isKeptBack, type Plan } from '../../domain/plan.ts';
import { changeName } from '../change/change-words.ts';
import { type EnvironmentPreview, isPlanned } from '../preview.ts';
import { code, count, list, prose } from '../text/markdown.ts';
import { sameText } from './same-text.ts';

/** Of the changes of an environment, those that another one shows already. */
export interface SameChanges {
  /** The environment that shows them. */
  readonly as: string;
  /** Not shown again. */
  readonly shared: ReadonlySet<Change>;
  /** What the pull request changes there, and not here in the same way. */
  readonly onlyThere: readonly Change[];
  /** What it changes here, and not there in the same way: shown here. */
  readonly onlyHere: readonly Change[];
}

/**
 * By environment: which of these changes an earlier one of them shows already, object by object. The same are changes whose
 * text is the same up to the environment's namespace; what is blocked is each environment's own.
 */
export function sameChanges(
  environments: readonly EnvironmentPreview[],
  isOne: (change: Change) => boolean,
): ReadonlyMap<string, SameChanges> {
  const found = new Map<string, SameChanges>();
  const showing: {
    readonly name: string;
    readonly byText: ReadonlyMap<string, Change>;
    readonly all: readonly Change[];
  }[] = [];
  for (const { environment, state } of environments) {
    if (!isPlanned(state)) continue;
    const all = state.plan.changes.filter(isOne);
    const texts = all.map((change) => ({ change, text: comparable(change, state.plan) }));
    const candidates = showing.map((earlier) => ({
      earlier,
      same: texts.filter(({ text }) => text !== null && earlier.byText.has(text)),
    }));
    const best = candidates.toSorted((left, right) => right.same.length - left.same.length)[0];
    const shared = new Set((best?.same ?? []).map(({ change }) => change));
    const own = texts.filter(({ change }) => !shared.has(change));
    showing.push({
      name: environment.name,
      byText: new Map(own.flatMap(({ change, text }) => (text === null ? [] : [[text, change]]))),
      all,
    });
    if (best === undefined || shared.size === 0) continue;
    const matched = new Set(best.same.map(({ text }) => best.earlier.byText.get(text ?? '')));
    found.set(environment.name, {
      as: best.earlier.name,
      shared,
      onlyThere: best.earlier.all.filter((change) => !matched.has(change)),
      onlyHere: own.map(({ change }) => change),
    });
  }
  return found;
}

/** `The same changes as in **production**, except: …` */
export function sameChangesLine({ as, shared, onlyThere, onlyHere }: SameChanges): string {
  const different = onlyHere.filter((change) => onlyThere.some((other) => isSameObject(change, other)));
  const others = onlyThere.filter((change) => !different.some((here) => isSameObject(here, change)));
  const also = onlyHere.filter((change) => !different.includes(change));
  const exceptions = [
    others.length === 0 ? '' : `no ${names(others)}`,
    different.length === 0 ? '' : `${names(different)} ${different.length === 1 ? 'differs' : 'differ'}`,
    also.length === 0 ? '' : `${names(also)} only here`,
  ].filter((part) => part !== '');
  // Where most is other than there, what is the same is the exception.
  if (shared.size <= onlyHere.length) return sharedLine({ as, shared });
  const except = exceptions.length === 0 ? '' : `, except: ${exceptions.join('; ')}`;
  return `The same changes as in **${prose(as)}**, where they are shown (${count(shared.size, 'object')})${except}.`;
}

/** `2 objects change as in **staging**, and are shown there: …` */
export function sharedLine({ as, shared }: Pick<SameChanges, 'as' | 'shared'>): string {
  const [change, are] = shared.size === 1 ? ['changes', 'is'] : ['change', 'are'];
  return `${count(shared.size, 'object')} ${change} as in **${prose(as)}**, and ${are} shown there: ${names([...shared])}.`;
}

function names(changes: readonly Change[]): string {
  return list(
    changes.map((change) => code(changeName(change), 80)),
    4,
  );
}

function isSameObject(left: Change, right: Change): boolean {
  return identityKey({ ...left.identity, namespace: null }) === identityKey({ ...right.identity, namespace: null });
}

/** What must be equal for two changes to be the same; null: it is this environment's own, whatever others have. */
function comparable(change: Change, plan: Plan): string | null {
  if (isKeptBack(change)) return null;
  const { effect: _effect, origin: _origin, diff, effects, ...rest } = change;
  // Only where YAML says a namespace: a name or an address that holds the word may be a difference that matters.
  const neutral = diff.replace(/^([-+ ]\s*namespace: )(\S+)$/gm, (line, key: string, value: string) =>
    value === plan.namespace ? key : line,
  );
  // How many pods it is about is each cluster's own, and said in its row.
  return sameText([neutral, rest], plan) + sameText(effects, plan, 'any-number');
}
