import { type Change, isKeptBack, type KeptBackChange } from '../../domain/plan.ts';
import { code, count, list } from '../text/markdown.ts';
import { clip } from '../text/visible-text.ts';
import { inMarkdown, wordsOf } from '../text/words.ts';
import { objectName } from './change-words.ts';

/** Objects that are kept back for one and the same reason: what is said of each would be the same sentence. */
export interface SharedRefusal {
  readonly kind: 'shared';
  /** At least two. */
  readonly changes: readonly [KeptBackChange, ...KeptBackChange[]];
}

interface OneChange {
  readonly kind: 'one';
  readonly change: Change;
}

/** The changes in their order, those that share a refusal together where the first of them stands. */
export function withSharedRefusals(changes: readonly Change[]): readonly (SharedRefusal | OneChange)[] {
  const refusals = Map.groupBy(changes.filter(isKeptBack), refusalKey);
  return changes.flatMap((change): readonly (SharedRefusal | OneChange)[] => {
    const [first, ...others] = isKeptBack(change) ? (refusals.get(refusalKey(change)) ?? []) : [];
    if (first === undefined || others.length === 0) return [{ kind: 'one', change }];
    return first === change ? [{ kind: 'shared', changes: [first, ...others] }] : [];
  });
}

/** `❌ blocked · 4 objects: ConfigMap shop/web, … — why` */
export function sharedRefusalLine({ changes }: SharedRefusal): string {
  const [{ action, reason }] = changes;
  const names = changes.map((change) => code(objectName(change), 100));
  const sign = action === 'unknown' ? '❔' : '❌';
  return `**${sign} ${action} · ${count(changes.length, 'object')}:** ${list(names, 10)} — ${inMarkdown(wordsOf(clip(reason.message, 600)))}`;
}

function refusalKey({ action, reason }: KeptBackChange): string {
  return `${action} ${reason.code} ${reason.message}`;
}
