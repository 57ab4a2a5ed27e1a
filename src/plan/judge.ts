import type { BlockedReason } from '../domain/plan.ts';
import { estimatedFromGit } from './estimate-from-git.ts';
import type { Evidence, Finding } from './evidence.ts';
import { predictedContent } from './fields/allocated.ts';
import { attribute } from './fields/attribute.ts';
import { contentOf } from './fields/content.ts';
import { judgeUpdate } from './judge-update.ts';
import type { Judgement, JudgeSettings } from './judgement.ts';
import { isSecret } from './manifests/settle-manifest.ts';
import { isReleased } from './ownership.ts';
import { blockedByRefusal } from './refusals/blocked-by-refusal.ts';
import { removalText } from './refusals/refusal-text.ts';
import type { Subject } from './subjects.ts';

/** What the merge does to one object, and who is behind it: pure, over what the API server said. */
export function judge(subject: Subject, evidence: Evidence, settings: JudgeSettings): Judgement {
  const { finding } = evidence;
  const neutral = blank(subject, evidence, settings.applySet);
  switch (finding.kind) {
    case 'gone':
      return neutral;
    case 'stopped':
      return blocked(neutral, finding.reason);
    case 'unreadable':
      return unknown(neutral, { code: 'unreadable', message: `what lives cannot be read: ${finding.why}` });
    case 'unanswered': {
      const message = `the API server cannot say what it would be: ${finding.why}. Plan again once it answers`;
      return unknown(neutral, { code: 'unreadable', message });
    }
    case 'moving':
      return unknown(neutral, { code: 'moving', message: 'it changes faster than it can be predicted: plan again' });
    case 'kept':
      return subject.touched ? { ...neutral, remark: finding.why } : neutral;
    case 'removal': {
      if (finding.refusal === null) return { ...neutral, action: 'delete', before: contentOf(finding.live) };
      return blocked(neutral, { code: 'denied', message: removalText(finding.refusal, isSecret(subject.reference)) });
    }
    case 'unborn':
      return estimatedFromGit(neutral, finding.why);
    case 'creation': {
      const after = predictedContent(finding.predicted, evidence.desired, null);
      return { ...neutral, action: 'create', after, warnings: finding.warnings };
    }
    case 'refused':
      return judgeRefusal(neutral, finding);
    case 'foreign-secret': {
      const why = 'the Secret lives outside the ledger: it is not compared';
      return { ...neutral, action: 'update', certainty: { kind: 'estimated', why }, warnings: finding.warnings };
    }
    case 'update': {
      const judgement = judgeUpdate(neutral, finding, settings);
      return finding.takeover === undefined ? judgement : { ...judgement, takeover: finding.takeover };
    }
  }
}

function blank(subject: Subject, { live, desired }: Evidence, applySet: string): Judgement {
  return {
    subject,
    live,
    desired,
    origin: subject.origin,
    action: 'unchanged',
    certainty: { kind: 'exact' },
    paths: [],
    before: null,
    after: null,
    warnings: [],
    remark: null,
    adopted: live.kind === 'present' && desired !== null && !isReleased(live.object, subject.entry, applySet),
    fromPullRequest: subject.touched,
    hidden: [],
    left: [],
    foreign: [],
    needs: subject.needs,
  };
}

function blocked(neutral: Judgement, reason: BlockedReason): Judgement {
  return { ...neutral, action: 'blocked', reason, refused: null };
}

function unknown(neutral: Judgement, reason: BlockedReason): Judgement {
  const certainty = { kind: 'unknown', why: reason.message } as const;
  return { ...neutral, action: 'unknown', certainty, reason, refused: null };
}

function judgeRefusal(neutral: Judgement, finding: Extract<Finding, { readonly kind: 'refused' }>): Judgement {
  const { live, replacement } = finding;
  if (replacement === null) return blockedByRefusal(neutral, finding.refusal, live);
  const before = live && contentOf(live);
  const after = predictedContent(replacement, neutral.desired, null);
  const base = neutral.subject.touched ? before : after;
  return {
    ...neutral,
    action: 'replace',
    before,
    after,
    paths: before && base ? attribute({ live: before, released: before, base, merged: after }) : [],
    certainty: { kind: 'estimated', why: 'predicted under a fresh name: the object that lives is in the way' },
  };
}
