import type { Environment } from './environment.ts';

/** One thing that a pull request would do to the settings. Until it is merged, none of it holds. */
export type SettingsChange =
  | { readonly kind: 'adds'; readonly proposal: ProposedEnvironment }
  | {
      readonly kind: 'changes';
      readonly proposal: ProposedEnvironment;
      readonly differences: readonly SettingDifference[];
    }
  | { readonly kind: 'removes'; readonly environment: string; readonly cluster: string }
  /** The whole file goes. */
  | { readonly kind: 'removes-all' };

/** An environment as the pull request would have it. */
export interface ProposedEnvironment extends Pick<PlacedEnvironment, 'environment' | 'at'> {
  /** What the operator's file says of it today. */
  readonly allowance: { readonly kind: 'allowed' } | { readonly kind: 'denied'; readonly reason: string };
  /** Its path is new, and the tree that the merge makes has nothing there. */
  readonly pathMissing: boolean;
  /** Files of `helm.values` that are new, and that the chart there does not have: nothing of it could be rendered. Absent: none. */
  readonly valuesMissing?: readonly MissingValues[];
}

/** A file of values that is not there: its path from the root, and the line of the settings that names it. */
export interface MissingValues {
  readonly file: string;
  readonly line: number;
}

/** An environment, and where the settings say so. */
export interface PlacedEnvironment {
  readonly environment: Environment;
  readonly at: SettingsPlace;
  /** Of each file of `helm.values`. */
  readonly valuesLines: readonly number[];
}

/** Where an environment stands in the settings file, and where its path does: lines from 1. */
export interface SettingsPlace {
  readonly file: string;
  readonly line: number;
  readonly pathLine: number;
}

/** A setting under the name a person wrote it with, and its values as texts. */
export interface SettingDifference {
  readonly setting: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Whether a setting redirects its environment when it changes so: to another place or branch, or to prune what stayed until
 * now. It makes objects go without a change of what Git holds of them, and so every deletion asks for a second person.
 */
export function isRedirection({ setting, before, after }: SettingDifference): boolean {
  if (setting === 'prune') return before === 'false' && after === 'true';
  return before !== after && ['path', 'namespace', 'follow'].includes(setting);
}

/** What its merge could not render: there is nothing at its path, or a file is not there that its settings name. */
export function missingFiles({ environment, pathMissing, valuesMissing = [] }: ProposedEnvironment): readonly string[] {
  return [...(pathMissing ? [environment.path] : []), ...valuesMissing.map(({ file }) => file)];
}

/** The environments that it adds or changes. */
export function proposalsOf(changes: readonly SettingsChange[]): readonly ProposedEnvironment[] {
  return changes.flatMap((change) => (change.kind === 'adds' || change.kind === 'changes' ? [change.proposal] : []));
}

export interface DeniedProposal extends ProposedEnvironment {
  readonly reason: string;
}

/**
 * Environments as the pull request would have them, that the operator's file denies: after the merge all checks would
 * fail.
 */
export function deniedProposals(changes: readonly SettingsChange[]): readonly DeniedProposal[] {
  return proposalsOf(changes).flatMap((proposal) =>
    proposal.allowance.kind === 'denied' ? [{ ...proposal, reason: proposal.allowance.reason }] : [],
  );
}

/** The whole file goes. */
export function removesSettings(changes: readonly SettingsChange[]): boolean {
  return changes.some(({ kind }) => kind === 'removes-all');
}

/** Whether an environment goes with the pull request, so that nothing of it is released any more. */
export function removesEnvironment(changes: readonly SettingsChange[], name: string): boolean {
  return removesSettings(changes) || changes.some((change) => change.kind === 'removes' && change.environment === name);
}

/** Whether the pull request changes an environment's settings, to such as the operator allows. */
export function makesAllowed(changes: readonly SettingsChange[], name: string): boolean {
  return proposalsOf(changes).some(
    ({ environment, allowance }) => environment.name === name && allowance.kind === 'allowed',
  );
}
