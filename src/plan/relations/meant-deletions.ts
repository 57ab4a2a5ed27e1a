import type { Judgement } from '../judgement.ts';
import { originWords } from '../manifests/origin-words.ts';

/**
 * An object that would be deleted while the same name stands in Git under a kind that is not served: most likely its
 * kind was misspelled, and nobody wants it gone.
 */
export function withMeantDeletions(judgements: readonly Judgement[]): readonly Judgement[] {
  const meaning = new Map(judgements.map((judgement) => [judgement.subject.meant, judgement.subject]));
  meaning.delete(null);
  if (meaning.size === 0) return judgements;
  return judgements.map((judgement) => {
    const other = judgement.action === 'delete' ? meaning.get(judgement.subject.key) : undefined;
    if (other === undefined) return judgement;
    const remark = `it would be deleted, and may be what ${other.reference.kind} at ${originWords(other.origin)} means`;
    return { ...judgement, remark };
  });
}
