import type { Environment } from '../../domain/environment.ts';
import type { Inspection } from '../../domain/inspection.ts';
import { repositoryName } from '../../domain/repository.ts';
import {
  type DeniedProposal,
  deniedProposals,
  missingFiles,
  type ProposedEnvironment,
  proposalsOf,
  removesSettings,
  type SettingsChange,
} from '../../domain/settings-change.ts';
import { problemLines } from '../environment/plan-lines.ts';
import { docLink } from '../text/doc-link.ts';
import { fitLines } from '../text/fit.ts';
import { count, fence, list, prose } from '../text/markdown.ts';
import { clip } from '../text/visible-text.ts';
import { allowRules } from './allow-rules.ts';
import { firstReleaseWords } from './first-release-words.ts';
import { redirectionSentence } from './redirection-words.ts';

/** Whether the change of the settings is still to come, or counts already. */
export type SettingsTense = 'proposed' | 'merged';

/** How the settings are spoken of. */
interface SettingsWords {
  readonly tense: SettingsTense;
  /** As `docLink` takes it. */
  readonly docs: string | null;
}

/** What a pull request does to the settings, and what is wrong with that. '' where it leaves them alone. */
export function settingsSection(inspection: Inspection, { tense, docs }: SettingsWords): string {
  return [problemsPart(inspection), changesPart(inspection, tense), deniedPart(inspection, { tense, docs })]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** `environment production would not be allowed: the operator names no cluster "edge"` */
export function deniedWords(denied: readonly DeniedProposal[]): string {
  const [only] = denied;
  if (denied.length === 1 && only !== undefined) {
    return `environment ${only.environment.name} would not be allowed: ${only.reason}`;
  }
  const names = denied.map(({ environment }) => environment.name);
  return `environments ${list(names, 4)} would not be allowed by the operator`;
}

/** `adds production, changes staging and removes testing in the settings` */
export function settingsWords(changes: readonly SettingsChange[]): string {
  if (removesSettings(changes)) return 'removes the settings';
  const verbs = ['adds', 'changes', 'removes'] as const;
  const done = verbs.flatMap((verb) => {
    const names = changes.flatMap((change) => (change.kind === verb ? [environmentName(change)] : []));
    return names.length === 0 ? [] : [`${verb} ${list(names, 3)}`];
  });
  return `${list(done)} in the settings`;
}

/** `there is nothing at deploy/staging`; null: all is there that the proposed settings name. */
export function missingWords(changes: readonly SettingsChange[]): string | null {
  const missing = proposalsOf(changes).flatMap(missingFiles);
  return missing.length === 0 ? null : `there is nothing at ${list(missing, 3)}`;
}

function environmentName(change: Exclude<SettingsChange, { readonly kind: 'removes-all' }>): string {
  return change.kind === 'removes' ? change.environment : change.proposal.environment.name;
}

function problemsPart({ settingsProblems, outcome }: Inspection): string {
  if (settingsProblems.length === 0) return '';
  const title =
    outcome.kind === 'settings-unreadable' ? 'What is wrong with the settings:' : 'The settings would be invalid:';
  return `**❌ ${title}**\n\n${problemLines(settingsProblems, 8000)}`;
}

function changesPart({ settingsChanges, defaultBranch }: Inspection, tense: SettingsTense): string {
  if (settingsChanges.length === 0) return '';
  const listed = fitLines(
    settingsChanges,
    (change) => `* ${prose(clip(changeSentence(change, tense, defaultBranch), 400))}`,
    6000,
    (rest) => `* and ${count(rest, 'more change')}`,
  );
  const title =
    tense === 'proposed'
      ? '**⚙️ This pull request changes the settings.** They count once it is merged:'
      : '**⚙️ This pull request changed the settings.** Since its merge they are in effect:';
  return `${title}\n\n${listed}`;
}

function changeSentence(change: SettingsChange, tense: SettingsTense, defaultBranch: string): string {
  const proposed = tense === 'proposed';
  switch (change.kind) {
    case 'adds': {
      const { cluster, namespace, path, name, follow, mode } = change.proposal.environment;
      const place = `cluster ${cluster}, namespace ${namespace}, from ${path === '' ? 'the whole repository' : path}`;
      const parts = [
        `${proposed ? 'adds' : 'added'} ${name} on ${place}`,
        ...(proposed ? ['not planned until merged', ...firstReleaseWords(change.proposal, defaultBranch)] : []),
        ...(follow.branch === defaultBranch || mode !== 'release'
          ? []
          : [
              `it follows ${follow.branch}: where the merge does not release it, a push there that changes it does, or /sync ${name}`,
            ]),
      ];
      return [...parts, ...standing(change.proposal, tense)].join('; ');
    }
    case 'changes': {
      const differences = change.differences.map(({ setting, before, after }) => `${setting} ${before} → ${after}`);
      const what = `${proposed ? 'changes' : 'changed'} ${change.proposal.environment.name}: ${differences.join(', ')}`;
      const stays = orphanedPlace(change);
      const inEffect = proposed ? ['not in effect until merged'] : [];
      const asks = redirectionSentence(change, tense, defaultBranch);
      return [what, ...stays, ...asks, ...inEffect, ...standing(change.proposal, tense)].join('; ');
    }
    case 'removes':
      return `${proposed ? 'removes' : 'removed'} ${change.environment}: its objects stay in cluster ${change.cluster}, orphaned: nothing is deleted, and nobody looks after them`;
    case 'removes-all':
      return `${proposed ? 'removes' : 'removed'} the settings: no environment is planned or released any more; what they released stays, orphaned: nothing is deleted`;
  }
}

/** Where it moves away from, nothing is deleted: a reader of the two names alone might think so. */
function orphanedPlace({
  proposal,
  differences,
}: Extract<SettingsChange, { readonly kind: 'changes' }>): readonly string[] {
  const before = (setting: 'cluster' | 'namespace') => differences.find((one) => one.setting === setting)?.before;
  const [cluster, namespace] = [before('cluster'), before('namespace')];
  if (cluster === undefined && namespace === undefined) return [];
  const { environment } = proposal;
  const place = `namespace ${namespace ?? environment.namespace} of cluster ${cluster ?? environment.cluster}`;
  return [`what it released in ${place} stays there, orphaned: nothing is deleted`];
}

function standing(proposal: ProposedEnvironment, tense: SettingsTense): readonly string[] {
  const { allowance, pathMissing, valuesMissing = [], environment } = proposal;
  const proposed = tense === 'proposed';
  const names = [
    ...(pathMissing ? [`path ${environment.path}`] : []),
    ...(valuesMissing.length === 0
      ? []
      : [
          `values file ${list(
            valuesMissing.map(({ file }) => file),
            3,
          )}`,
        ]),
  ];
  const missing = names.map((name) => `its ${name} ${proposed ? 'does' : 'did'} not exist in the merge result`);
  const allowed = allowance.kind === 'allowed' ? 'yes' : `no (${allowance.reason})`;
  // After the merge the operator's file may say something else: what was so when it was planned is said as that.
  const denied = allowance.kind === 'allowed' ? [] : [`not allowed by the operator then (${allowance.reason})`];
  return [...missing, ...(proposed ? [`allowed by the operator: ${allowed}`] : denied)];
}

/** More than these are named above, and their rules look the same. */
const rulesShown = 5;

function deniedPart(inspection: Inspection, { tense, docs }: SettingsWords): string {
  const denied = deniedProposals(inspection.settingsChanges);
  if (denied.length === 0) return '';
  const shown = denied.slice(0, rulesShown).map(({ environment }) => environment);
  const names = list(
    denied.map(({ environment }) => `**${prose(environment.name)}**`),
    rulesShown,
  );
  const lead =
    tense === 'proposed'
      ? `**⛔ The operator does not allow this.** Once it is merged, every pull request into its branch would fail, and nothing would be released to ${names}.`
      : `**⛔ The operator did not allow this.** Nothing is released to ${names} before it does.`;
  return [lead, askedRules(shown, inspection, { tense, docs })].join('\n\n');
}

/** What to ask the operator for, and what comes after it. */
export function askedRules(
  environments: readonly Environment[],
  { repository, defaultBranch }: Pick<Inspection, 'repository' | 'defaultBranch'>,
  { tense, docs }: SettingsWords,
): string {
  const rules = allowRules(environments, { repository: repositoryName(repository), defaultBranch });
  const next = tense === 'proposed' ? ' Then press *Plan again*, or comment `/plan`.' : '';
  return [
    'Ask whoever operates Fairlead for these lines in the operator’s file:',
    fence(rules, 'yaml'),
    `A cluster that is new in the file needs its \`kubeconfig\` there, and the cluster the namespace with its service account (Fairlead’s ${docLink('cluster.yaml', docs)}). The file is read at start: Fairlead is started again after the change.${next}`,
  ].join('\n\n');
}
