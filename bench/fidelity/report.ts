import type { Machine } from '../report.ts';
import type { ComparedObject } from './compare.ts';
import { compareCase } from './compare-case.ts';
import type { PlayedCase } from './play-case.ts';
import type { StepResult } from './play-stream.ts';

/** What a set of pull requests came to, as it is kept. */
export interface SetResult {
  readonly set: string;
  readonly cases: number;
  readonly environments: number;
  readonly seconds: number;
  /** Every object that a plan was about, or that lived there. */
  readonly objects: number;
  /** By what happened: how many there were, and of how many the plan said just that. */
  readonly actions: Readonly<Record<string, Tally>>;
  /** Objects that the plan called exact: of how many it showed what lives now. */
  readonly exact: Tally;
  readonly estimated: readonly Estimated[];
  /** What was kept back, or refused while it was applied, by its code. */
  readonly leftOut: readonly Counted[];
  readonly replacedAsSaid: number;
  /** Of versions that are served no more, said as such. */
  readonly notServed: readonly Counted[];
  readonly refusedRenderings: readonly Counted[];
  /** Fields that controllers wrote after the release. */
  readonly writtenByOthers: readonly Counted[];
  /** Against `case.json`. */
  readonly named: Tally;
  readonly changesNothing: readonly string[];
  /** Named by it, of files that the corpus does not hold. */
  readonly missing: number;
  /** Named by it, and kept back by the plan. */
  readonly namedLeftOut: readonly string[];
  readonly mismatches: readonly string[];
  /** Cases that could not be played to their end. */
  readonly broken: readonly string[];
}

export interface Tally {
  readonly of: number;
  readonly equal: number;
}

export interface Counted {
  readonly what: string;
  readonly count: number;
}

export interface Estimated extends Counted {
  /** How many of them came to what was shown all the same. */
  readonly asShown: number;
}

export function setResult(
  set: string,
  played: readonly PlayedCase[],
  { seconds, broken }: { readonly seconds: number; readonly broken: readonly string[] },
): SetResult {
  const environments = played.flatMap((one) =>
    one.environments.map((environment) => ({ ...environment, of: one.played.name })),
  );
  const objects = environments.flatMap((one) => one.objects);
  const said = played.map((one) => ({ name: one.played.name, ...compareCase(one) }));
  const exact = objects.filter(({ certainty, asShown }) => certainty.kind === 'exact' && asShown !== null);
  const leftOut = environments.flatMap((one) => one.leftOut);
  return {
    set,
    cases: played.length,
    environments: environments.length,
    seconds: Math.round(seconds),
    objects: objects.length,
    actions: actionsOf(objects),
    exact: { of: exact.length, equal: exact.filter(({ asShown }) => asShown).length },
    estimated: estimatedOf(objects),
    leftOut: counted(
      leftOut.filter(({ code }) => code !== 'immutable').map(({ code, message }) => `${code}: ${plain(message)}`),
    ),
    replacedAsSaid: leftOut.filter(({ code }) => code === 'immutable').length,
    notServed: counted(
      environments.flatMap((one) =>
        one.notServed.map(({ message }) => /no kind .* in [^;]+/.exec(message)?.[0] ?? message),
      ),
    ),
    refusedRenderings: counted(environments.flatMap((one) => one.refusals.map(plain))),
    writtenByOthers: counted(objects.flatMap(({ setAside }) => setAside)),
    named: { of: sum(said, ({ named }) => named), equal: sum(said, ({ equal }) => equal) },
    changesNothing: said.flatMap(({ name, changesNothing }) => changesNothing.map((key) => `${name}: ${key}`)),
    missing: sum(said, ({ missing }) => missing.length),
    namedLeftOut: said.flatMap(({ name, leftOut: keys }) => keys.map((key) => `${name}: ${key}`)),
    mismatches: [
      ...environments.flatMap((one) => one.mismatches.map((words) => `${one.of} ${one.path}: ${words}`)),
      ...said.flatMap(({ name, mismatches }) => mismatches.map((words) => `${name}: ${words}`)),
    ],
    broken,
  };
}

function actionsOf(objects: readonly ComparedObject[]): SetResult['actions'] {
  const all = (['create', 'update', 'delete', 'replace', 'nothing'] as const).map((action) => {
    const happened = objects.filter((one) => one.happened === action);
    const equal = happened.filter((one) => one.planned === action).length;
    return [action, { of: happened.length, equal }] as const;
  });
  return Object.fromEntries(all);
}

function estimatedOf(objects: readonly ComparedObject[]): readonly Estimated[] {
  const estimates = objects.flatMap(({ certainty, asShown }) =>
    certainty.kind === 'exact' ? [] : [{ what: plainReason(certainty.why), asShown }],
  );
  return counted(estimates.map(({ what }) => what)).map((one) => ({
    ...one,
    asShown: estimates.filter(({ what, asShown }) => what === one.what && asShown !== false).length,
  }));
}

/** `Namespace m534d-concourse is created by the same plan` → `Namespace … is created by the same plan` */
function plainReason(why: string): string {
  return why.replace(
    /^(\w+) \S+( and \d+ more)?/,
    (_, kind: string, more?: string) => `${kind} …${more === undefined ? '' : ' and more'}`,
  );
}

// Names are of one case; what was said is of all.
function plain(message: string): string {
  const short = message.replace(/"[^"]{1,200}"/g, '"…"').replace(/ \S*[/.]\S*\.ya?ml:\d+/g, ' …');
  return short.length > 160 ? `${short.slice(0, 160)}…` : short;
}

function counted(words: readonly string[]): readonly Counted[] {
  return [...Map.groupBy(words, (one) => one)]
    .map(([what, all]) => ({ what, count: all.length }))
    .toSorted((left, right) => right.count - left.count || (left.what < right.what ? -1 : 1));
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}

/** Whether everything was as it was said. */
export function isFaithful({ mismatches, broken, exact, actions }: SetResult): boolean {
  const tallies = [exact, ...Object.values(actions)];
  return mismatches.length === 0 && broken.length === 0 && tallies.every(({ of, equal }) => of === equal);
}

export interface FidelityResult {
  readonly at: string;
  readonly machine: Machine;
  readonly sets: readonly SetResult[];
  readonly steps: readonly StepResult[];
}

/** The whole report in Markdown. */
export function fidelityReport({ at, machine, sets, steps }: FidelityResult): string {
  const facts = Object.entries(machine).map(([name, value]) => `${name} ${value}`);
  return [
    `# Fidelity of ${at}`,
    '',
    `${facts.join(' · ')}.`,
    '',
    method,
    '',
    ...sets.map(setReport),
    ...streamsReport(steps),
  ].join('\n');
}

function streamsReport(steps: readonly StepResult[]): readonly string[] {
  if (steps.length === 0) return [];
  const rows = steps.map(({ stream, version, blocked, done, exact, estimated, mismatches }) => [
    `${stream} ${version}`,
    String(blocked.length),
    ...['create', 'update', 'delete', 'replace'].map((action) => String(done[action] ?? 0)),
    `${exact.equal}/${exact.of}`,
    String(estimated),
    mismatches.length === 0 ? 'as expected' : 'MISMATCH',
  ]);
  const blocked = steps.flatMap((step) => step.blocked.map((words) => `${step.stream} ${step.version}: ${words}`));
  const wrong = steps.flatMap((step) =>
    step.mismatches.map((words) => indented(`${step.stream} ${step.version}: ${words}`)),
  );
  return [
    '## Releases, each over the one before',
    '',
    ...table(['', 'kept back', 'created', 'updated', 'deleted', 'replaced', 'exact', 'estimated', ''], rows),
    '',
    ...section('Kept back before anything was applied', blocked),
    ...section(`Mismatches: ${wrong.length}`, wrong),
  ];
}

/** What the tables are of. */
const method = [
  'Each pull request of the corpus is played by itself: what stood before it is released, its plan is made, it is merged',
  'and released, all by what the jobs plan and release with, on a real API server with its controllers. Then every object',
  'is read, and held against the plan: what was done to it by UID and content, and, where the plan called itself exact,',
  'all that it said the object would be. Kinds that the API server does not serve got a definition that takes anything.',
].join('\n');

/** The tables in Markdown. */
function setReport(result: SetResult): string {
  const { actions, exact, named } = result;
  const estimated = sum(result.estimated, ({ count }) => count);
  return [
    `## ${result.set}: ${result.cases} pull requests, ${result.environments} environments, ${result.objects} objects, ${result.seconds} s`,
    '',
    ...table(
      ['', 'equal', 'of', ''],
      [
        ...Object.entries(actions).map(([action, tally]) => ({ title: `${action}: planned as it happened`, ...tally })),
        { title: 'exact: what was shown is what lives', ...exact },
        { title: 'named by `case.json`', ...named },
      ].map(({ title, equal, of }) => [
        title,
        String(equal),
        String(of),
        of === 0 ? '' : `${((100 * equal) / of).toFixed(1)} %`,
      ]),
    ),
    '',
    ...section(
      `Estimated: ${estimated}`,
      result.estimated.map(({ what, count, asShown }) => `${count} (${asShown} as shown): ${what}`),
    ),
    ...section('Left as it was, or away, because the plan kept it back', result.leftOut.map(countedWords)),
    ...section(
      'Replaced, as the plan that kept it back said',
      result.replacedAsSaid === 0 ? [] : [`${result.replacedAsSaid}`],
    ),
    ...section(
      'Written for a version that is served no more: kept back with these words, and released as of today',
      result.notServed.map(countedWords),
    ),
    ...section('Not rendered as it is written, with these words', result.refusedRenderings.map(countedWords)),
    ...section('Written by others after the release, and not compared', result.writtenByOthers.map(countedWords)),
    ...section('Called an update by `case.json`, and nothing to the API server', result.changesNothing),
    ...section('Named by `case.json`, and left out', result.namedLeftOut),
    ...section(
      'Named by `case.json`, of files that the corpus does not hold',
      result.missing === 0 ? [] : [`${result.missing}`],
    ),
    ...section(`Mismatches: ${result.mismatches.length}`, result.mismatches.map(indented)),
    ...section('Not played to the end', result.broken.map(indented)),
  ].join('\n');
}

function countedWords({ what, count }: Counted): string {
  return `${count}: ${what}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0
    ? title.endsWith(': 0')
      ? [`${title}.`, '']
      : []
    : [`${title}:`, '', ...lines.map((line) => `- ${line}`), ''];
}

function indented(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return rest.length === 0 ? first : [first, '', '  ```diff', ...rest.map((line) => `  ${line}`), '  ```'].join('\n');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `| ${cells.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`));
  return [line(heads), `|${rule.join('|')}|`, ...rows.map(line)];
}
