import { type Inspection, mendsSettings } from '../domain/inspection.ts';
import { planCommentMarker, sharesMarker } from '../domain/marker.ts';
import type { PlanText } from './check-run/plan-text.ts';
import { type FittedSections, fitSections, writtenSections } from './environment/environment-section.ts';
import { environmentTable } from './environment/environment-table.ts';
import { mergedWords, overview } from './overview.ts';
import { type PullRequestPreview, sharedWith } from './preview.ts';
import type { PullRequestView } from './pull-request.ts';
import { divergedAdvice, mergedTitle, releaseTable } from './release/release-table.ts';
import { byteLength, textLimit } from './text/fit.ts';
import { prose } from './text/markdown.ts';
import { inMarkdown, wordsOf } from './text/words.ts';

/** A comment before it is known where the objects are that it leaves out. */
export interface FittedComment {
  readonly top: string;
  readonly sections: FittedSections;
  readonly bottom: string;
}

/** What the comment holds, were there one: the verdict first, then as many whole objects as fit. */
export function fitComment(view: PullRequestView, preview: PullRequestPreview): FittedComment {
  const top = view.merged === null ? planTop(view, preview) : mergedTop(view, preview);
  const bottom = footer(view);
  const bytes = textLimit - byteLength(top) - byteLength(bottom) - 4;
  return { top, sections: fitSections(preview.environments, bytes), bottom };
}

/**
 * The one comment: the verdict first, then a row for each environment, then what a person must decide, then the
 * differences by object, then what was compared with what. null: there is nothing that the check run does not say
 * (no environment is affected, and nothing is wrong), and no comment stands there that would go stale. `texts`: of the
 * check runs, by environment.
 */
export function presentComment(
  { commented, draft, inspection }: PullRequestView,
  preview: PullRequestPreview,
  { fitted, texts }: { readonly fitted: FittedComment; readonly texts: ReadonlyMap<string, PlanText> },
): string | null {
  if (!commented && (draft || !hasSomethingToSay(inspection, preview))) return null;
  const { top, sections, bottom } = fitted;
  const whole = [top, writtenSections(sections, texts), bottom].filter((part) => part !== '').join('\n\n');
  // Every part is bounded already; a comment that GitHub would refuse is worse than a short one.
  return byteLength(whole) <= textLimit
    ? whole
    : `${planCommentMarker}\n### Fairlead: ${inMarkdown(wordsOf(preview.title))}\n\n${bottom}`;
}

function hasSomethingToSay(inspection: Inspection, preview: PullRequestPreview): boolean {
  switch (inspection.outcome.kind) {
    // GitHub itself says so on the pull request, and the check run which files.
    case 'conflict':
      return false;
    // Every pull request of the repository has this problem; only one that touches the settings can mend it.
    case 'settings-unreadable':
      return inspection.settingsChanges.length > 0 || mendsSettings(inspection);
    case 'fork-waits':
      return true;
    case 'inspected':
      return (
        inspection.settingsChanges.length > 0 ||
        inspection.settingsProblems.length > 0 ||
        preview.environments.some(({ state }) => state.kind !== 'unaffected')
      );
  }
}

function planTop({ inspection }: PullRequestView, preview: PullRequestPreview): string {
  const parts = [
    planCommentMarker,
    `### Fairlead: ${inMarkdown(wordsOf(preview.title))}`,
    preview.environments.length === 0 ? '' : environmentTable(preview.environments, 16_000),
    overview(inspection, preview, 'proposed'),
  ];
  return assembled(parts);
}

function mergedTop(view: PullRequestView, preview: PullRequestPreview): string {
  const { inspection, merged } = view;
  if (merged === null) return planTop(view, preview);
  const parts = [
    planCommentMarker,
    `### Fairlead: ${prose(mergedTitle(merged))}`,
    merged.reports.size === 0 ? '' : releaseTable(merged, 16_000),
    divergedAdvice(merged),
    `<sub>Merged as \`${merged.commit.slice(0, 7)}\`. Below is what was planned before.</sub>`,
    overview(inspection, preview, 'merged'),
  ];
  return assembled(parts);
}

// The marker's line is the first, and the verdict the second, as in an e-mail's preview.
function assembled([marker, ...parts]: readonly string[]): string {
  return `${marker}\n${parts.filter((part) => part !== '').join('\n\n')}`;
}

function footer({ inspection, merged, alsoChanged }: PullRequestView): string {
  if (inspection.outcome.kind === 'fork-waits') return '';
  const shared = sharedWith(alsoChanged);
  const marker = shared.length === 0 ? '' : `\n${sharesMarker(shared)}`;
  const compared = inspection.outcome.kind === 'inspected' ? `Planned for ${mergedWords(inspection)}.` : '';
  const again = merged === null ? '`/plan` plans again.' : '';
  return compared === '' && again === ''
    ? ''
    : `<sub>${[compared, again].filter((part) => part !== '').join(' ')}</sub>${marker}`;
}
