import { confirmCommand } from '../../domain/command.ts';
import { confirmEnding } from '../../domain/own-status.ts';
import type { ReleaseReport } from '../../domain/release.ts';
import type { CommitId } from '../../domain/repository.ts';
import { fitLines } from '../text/fit.ts';
import { code, count, link, list, prose, table } from '../text/markdown.ts';
import { clippedLine } from '../text/visible-text.ts';
import { carriedSentence } from './release-sentence.ts';

/** What a merged pull request became. */
export interface MergedView {
  readonly commit: CommitId;
  /**
   * By environment: the report of this commit, or of a later one that carried it; null: its release has not begun. A
   * report of an earlier commit is no report of this one.
   */
  readonly reports: ReadonlyMap<string, ReleaseReport | null>;
  /** Of those, the environments that the pull request changed nothing of: the push had them released, for they had not converged. */
  readonly besides: ReadonlySet<string>;
}

/** `merged; staging converged, production waits for /confirm; not changed by it: reports diverged` */
export function mergedTitle({ reports, besides }: MergedView): string {
  const all = [...reports];
  const own = all.filter(([environment]) => !besides.has(environment));
  const other = all.filter(([environment]) => besides.has(environment));
  const words = [
    own.length === 0 ? 'no environment is released by it' : stateWords(own),
    other.length === 0 ? '' : `not changed by it: ${stateWords(other)}`,
  ];
  return ['merged', ...words.filter((part) => part !== '')].join('; ');
}

type Reported = readonly [environment: string, report: ReleaseReport | null];

function stateWords(reports: readonly Reported[]): string {
  const words = new Map<string, string[]>();
  for (const [environment, report] of reports) {
    const word = report === null ? 'waits to be released' : stateWord(report);
    words.set(word, [...(words.get(word) ?? []), environment]);
  }
  const parts = [...words].map(([word, environments]) => `${list(environments, 3)} ${inNumber(word, environments)}`);
  return parts.join(', ');
}

// Of several environments the verb is in the plural.
function inNumber(word: string, environments: readonly string[]): string {
  return environments.length === 1 ? word : word.replace(/^waits/, 'wait').replace(/^is /, 'are ');
}

/** A row for each environment with its release: state, reason, and where it runs. */
export function releaseTable(merged: MergedView, bytes: number): string {
  const besides = (name: string): boolean => merged.besides.has(name);
  const rows = [...merged.reports]
    .toSorted(([left], [right]) => Number(besides(left)) - Number(besides(right)))
    .map(([environment, report]) => [
      `**${prose(environment)}**${besides(environment) ? ', not changed by this pull request' : ''}`,
      report === null ? '⏳ waiting for its release' : reportCell(report, merged.commit),
    ]);
  return fitLines(
    table(['environment', 'release'], rows).split('\n'),
    (line) => line,
    bytes,
    (rest) => `\n…and ${count(rest, 'more environment')}.`,
  );
}

function reportCell(report: ReleaseReport, commit: CommitId): string {
  return `${sign(report)} ${sentenceCell(report, commit)}${addressWords(report)}`;
}

// What is to be pasted stands in backticks.
function sentenceCell(report: ReleaseReport, commit: CommitId): string {
  const sentence = carriedSentence(report, commit, 600);
  const digest = report.state.kind === 'waiting' ? report.state.confirmDigest : null;
  if (digest === null || !sentence.endsWith(confirmEnding(digest))) return prose(sentence);
  return `${prose(sentence.slice(0, -confirmEnding(digest).length))} (${code(confirmCommand(digest))})`;
}

/** What a person can do about a release that diverged; '' where none did. */
export function divergedAdvice({ reports }: MergedView): string {
  const diverged = [...reports].flatMap(([environment, report]) =>
    report?.state.kind === 'diverged' ? [`**${prose(environment)}**`] : [],
  );
  if (diverged.length === 0) return '';
  return `${list(diverged, 3)} ${diverged.length === 1 ? 'stays' : 'stay'} as applied: nothing was taken back, and nothing deleted. Mend it with another pull request, or revert what broke it; either is released as ever.`;
}

function addressWords({ state }: ReleaseReport): string {
  if (state.kind !== 'converged' || state.url === null) return '';
  const more = state.alsoAt === undefined || state.alsoAt.more === 0 ? [] : [`${state.alsoAt.more} more`];
  return ` · ${list([...[state.url, ...(state.alsoAt?.urls ?? [])].map(urlLink), ...more])}`;
}

function urlLink(url: string): string {
  return link(url.replace(/^https?:\/\//, ''), url);
}

function sign({ state }: ReleaseReport): string {
  switch (state.kind) {
    case 'waiting':
      return state.confirmDigest === null ? '⏳' : '✋';
    case 'applying':
    case 'observing':
      return '⏳';
    case 'converged':
    case 'unchanged':
    case 'orphaned':
      return '✅';
    case 'blocked':
    case 'diverged':
    case 'error':
      return '❌';
  }
}

function stateWord({ state }: ReleaseReport): string {
  switch (state.kind) {
    case 'waiting':
      return state.confirmDigest === null ? `waits (${clippedLine(state.reason, 80)})` : 'waits for /confirm';
    case 'blocked':
      return 'is blocked';
    case 'applying':
    case 'observing':
      return 'is being released';
    case 'converged':
    case 'unchanged':
      return 'converged';
    case 'orphaned':
      return 'is removed';
    case 'diverged':
      return 'diverged';
    case 'error':
      return 'could not be released yet';
  }
}
