import { missingFiles, type ProposedEnvironment } from '../../domain/settings-change.ts';
import { list } from '../text/markdown.ts';

/** Whether the merge that brings an environment releases it, for no plan shows it before. */
export function firstReleaseWords(proposal: ProposedEnvironment, defaultBranch: string): readonly string[] {
  const { name, mode, after } = proposal.environment;
  if (isReleasedByMerge(proposal, defaultBranch)) {
    return [
      `the merge releases it${after.length === 0 ? '' : `, after ${list(after, 3)}`}, and no plan shows that before`,
    ];
  }
  if (mode === 'observe') return ['the merge releases nothing of it, for its mode is observe'];
  return mode === 'manual' ? [`the merge releases nothing of it, for its mode is manual: /sync ${name} does`] : [];
}

/**
 * Where it follows another branch the merge is no push of that: whether somebody asked for a release, the tip there tells.
 * What the operator denies, or what has no manifests or no values where the settings say, is not released, either; both are said beside.
 */
export function isReleasedByMerge(proposal: ProposedEnvironment, defaultBranch: string): boolean {
  const { environment, allowance } = proposal;
  const { mode, follow } = environment;
  const isThere = missingFiles(proposal).length === 0;
  return mode === 'release' && follow.branch === defaultBranch && allowance.kind === 'allowed' && isThere;
}
