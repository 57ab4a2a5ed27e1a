import type { Inspection } from '../domain/inspection.ts';
import { planCommentMarker } from '../domain/marker.ts';
import { hasOwnRun } from './check-runs.ts';
import { environmentSections } from './environment-section.ts';
import { environmentTable } from './environment-table.ts';
import { byteLength, textLimit } from './fit.ts';
import type { PullRequestJudgement } from './judgement.ts';
import { prose } from './markdown.ts';
import { mergedWords, overview } from './overview.ts';
import type { PullRequestView } from './pull-request.ts';
import { mergedTitle, releaseTable } from './release-table.ts';
import { inMarkdown, wordsOf } from './words.ts';

/**
 * The one comment: the verdict first, then a row for each environment, then what a person must decide, then the
 * differences by object, then what was compared with what. null: there is nothing that the check run does not say
 * (no environment is affected, and nothing is wrong), and no comment stands there that would go stale.
 */
export function presentComment(view: PullRequestView, judged: PullRequestJudgement): string | null {
  if (!view.commented && !hasSomethingToSay(view.inspection, judged)) return null;
  const top = view.merged === null ? planTop(view, judged) : mergedTop(view, judged);
  const bottom = footer(view);
  const bytes = textLimit - byteLength(top) - byteLength(bottom) - 4;
  const own = (name: string): boolean =>
    judged.environments.some((one) => one.environment.name === name && hasOwnRun(one, judged.environments));
  const sections = environmentSections(judged.environments, own, bytes);
  const whole = [top, sections, bottom].filter((part) => part !== '').join('\n\n');
  // Every part is bounded already; a comment that GitHub would refuse is worse than a short one.
  return byteLength(whole) <= textLimit
    ? whole
    : `${planCommentMarker}\n### Fairlead: ${inMarkdown(wordsOf(judged.title))}\n\n${bottom}`;
}

function hasSomethingToSay(inspection: Inspection, judged: PullRequestJudgement): boolean {
  switch (inspection.outcome.kind) {
    // GitHub itself says so on the pull request, and the check run which files.
    case 'conflict':
      return false;
    // Every pull request of the repository has this problem; only one that touches the settings can mend it.
    case 'settings-unreadable':
      return inspection.settingsChanges.length > 0;
    case 'fork-waits':
      return true;
    case 'inspected':
      return (
        inspection.settingsChanges.length > 0 ||
        inspection.settingsProblems.length > 0 ||
        judged.environments.some(({ judgement }) => judgement.kind !== 'unaffected')
      );
  }
}

function planTop({ inspection }: PullRequestView, judged: PullRequestJudgement): string {
  const parts = [
    planCommentMarker,
    `### Fairlead: ${inMarkdown(wordsOf(judged.title))}`,
    judged.environments.length === 0 ? '' : environmentTable(judged.environments, 16_000),
    overview(inspection, judged, 'proposed'),
  ];
  return assembled(parts);
}

function mergedTop(view: PullRequestView, judged: PullRequestJudgement): string {
  const { inspection, merged } = view;
  if (merged === null) return planTop(view, judged);
  const parts = [
    planCommentMarker,
    `### Fairlead: ${prose(mergedTitle(merged))}`,
    merged.reports.size === 0 ? '' : releaseTable(merged, 16_000),
    `<sub>Merged as \`${merged.commit.slice(0, 7)}\`. Below is what was planned before.</sub>`,
    overview(inspection, judged, 'merged'),
  ];
  return assembled(parts);
}

// The marker's line is the first, and the verdict the second, as in an e-mail's preview.
function assembled([marker, ...parts]: readonly string[]): string {
  return `${marker}\n${parts.filter((part) => part !== '').join('\n\n')}`;
}

function footer({ inspection, merged }: PullRequestView): string {
  if (inspection.outcome.kind === 'fork-waits') return '';
  const compared = inspection.outcome.kind === 'inspected' ? `Planned for ${mergedWords(inspection)}.` : '';
  const again = merged === null ? '`/plan` plans again.' : '';
  return compared === '' && again === ''
    ? ''
    : `<sub>${[compared, again].filter((part) => part !== '').join(' ')}</sub>`;
}
