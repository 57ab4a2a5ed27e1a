import { identityName } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';

/**
 * Some kinds are served by two groups (an Event by `events.k8s.io` and by the core): who writes an object under the other
 * one keeps it. What would be deleted under one identity, and is wanted under another, is the same object: the UID says so.
 */
export function withRenamedKinds(judgements: readonly Judgement[]): readonly Judgement[] {
  const wanted = new Map(
    judgements.flatMap((judgement) => {
      const uid = judgement.desired === null ? null : uidOf(judgement);
      return uid === null ? [] : [[uid, judgement]];
    }),
  );
  const ours = new Set<string>();
  const kept = judgements.map((judgement) => {
    const uid = judgement.action === 'delete' ? uidOf(judgement) : null;
    const other = uid === null ? undefined : wanted.get(uid);
    if (uid === null || other === undefined) return judgement;
    ours.add(uid);
    const remark = `it stays: Git holds the same object as ${other.desired?.apiVersion ?? ''} ${identityName(other.subject.reference)}`;
    return { ...judgement, action: 'unchanged', before: null, remark, fromPullRequest: false } as const;
  });
  if (ours.size === 0) return judgements;
  return kept.map((judgement) => {
    const isOurs = judgement.adopted && ours.has(uidOf(judgement) ?? '');
    return isOurs ? { ...judgement, adopted: false } : judgement;
  });
}

function uidOf({ live }: Judgement): string | null {
  return live.kind === 'present' ? (live.object.metadata.uid ?? null) : null;
}
