import { isPlan, type Step, steps } from './contestant.ts';

/** What one round measured: seconds by column. */
export type RoundSeconds = Readonly<Record<Step, Readonly<Record<string, number>>>>;

export type SizeResult = {
  readonly objects: number;
  readonly namespaces: number;
  readonly source: string;
  readonly rounds: readonly RoundSeconds[];
  /** Of the Fairlead process, when these rounds were over. */
  readonly memoryPeakMiB: number;
};

export type Machine = Readonly<Record<string, string>>;

/** One changed object among those of one environment, and of many in the same repository. */
export type AmongMany = {
  /** In each environment. */
  readonly objects: number;
  readonly environments: number;
  /** Each from webhook to finished check. */
  readonly alone: readonly number[];
  readonly among: readonly number[];
  /** Of the Fairlead process while it planned among many. */
  readonly memoryPeakMiB: number;
};

export type BenchResult = {
  readonly at: string;
  readonly machine: Machine;
  readonly sizes: readonly SizeResult[];
  readonly amongMany: AmongMany;
};

/** What Fairlead may take, as a multiple of the raw requests. */
const targets: Readonly<Record<Step, number>> = {
  'first plan': 1.2,
  'first release': 1.5,
  'plan of a change': 1.2,
  'release of a change': 1.5,
  'plan where nothing changes': 0.25,
};

/** `judged`: by what the target is a multiple of. */
type Row = { readonly key: string; readonly title: string; readonly judged: 'raw' | 'dry runs and applies' | null };

const planRows: readonly Row[] = [
  { key: 'raw', title: 'raw dry runs', judged: null },
  { key: 'plan', title: 'Fairlead: rendering → plan', judged: 'raw' },
  { key: 'check', title: 'Fairlead: webhook → finished check', judged: null },
  { key: 'kubectl', title: '`kubectl diff`', judged: null },
];

const releaseRows: readonly Row[] = [
  { key: 'raw', title: 'raw applies', judged: null },
  { key: 'release', title: 'Fairlead: first write → verdict', judged: 'raw' },
  { key: 'converged', title: 'Fairlead: merge → converged', judged: 'dry runs and applies' },
  { key: 'plan', title: '… of which the plan took', judged: null },
  { key: 'kubectl', title: '`kubectl apply`', judged: null },
];

/** The whole report in Markdown, its tables aligned for who reads it in a terminal. */
export function benchReport({ at, machine, sizes, amongMany }: BenchResult): string {
  const facts = Object.entries(machine).map(([name, value]) => `${name} ${value}`);
  return [
    `# Bench of ${at}`,
    '',
    `${facts.join(' · ')}.`,
    '',
    ...method,
    '',
    ...sizes.flatMap((size) => [...sizeReport(size), '']),
    ...manyReport(amongMany),
    '',
  ].join('\n');
}

const method = [
  'Medians over the rounds, in seconds, and as a multiple of raw requests in the same rounds, where everybody took turns.',
  'Raw: dry-run or real apply requests of all objects, 16 in flight, answers thrown away; of an object that is changed two',
  'dry runs, what it was and what it will be, as whoever tells a change from drift has to ask. kubectl: `diff --server-side',
  '--concurrency=16` and `apply --server-side`. Fairlead: by its own histograms, and by the clock of who waits at GitHub;',
  'it plans a release too, for all is dry-run before the first write, which neither raw applies nor kubectl do: merge →',
  'converged is judged by raw dry runs and raw applies of the same round together. A change touches every tenth object.',
  'Everybody owns an equal set in namespaces that are there and comes with a client certificate; Fairlead impersonates an',
  'account besides. Where nothing changes, one object is written otherwise and comes to the same: it is planned a second time,',
  'and what the first plan learnt is known.',
];

function sizeReport({ objects, namespaces, source, rounds, memoryPeakMiB }: SizeResult): readonly string[] {
  return [
    `## ${objects} objects in ${namespaces} namespaces, ${rounds.length} rounds`,
    '',
    `${source}. Fairlead held ${memoryPeakMiB} MiB at most.`,
    '',
    ...table([['', '', 'seconds', '× raw', 'target'], ...steps.flatMap((step) => stepRows(step, rounds))]),
  ];
}

function manyReport({ objects, environments, alone, among, memoryPeakMiB }: AmongMany): readonly string[] {
  const all = (objects * environments).toLocaleString('en');
  const [one, many] = [median(alone), median(among)];
  const judged = (isMet: boolean, words: string): string => `${isMet ? 'pass' : 'FAIL'} (${words})`;
  return [
    `## One changed object among ${objects.toLocaleString('en')} and among ${all}, ${among.length} rounds`,
    '',
    `${environments} environments of one repository, ${objects.toLocaleString('en')} objects each, all released; a pull request changes one object of one of them.`,
    '',
    ...table([
      ['', '', 'seconds', '× alone', 'target'],
      ['**alone**', 'webhook → finished check', one.toFixed(2), '1.00', judged(one < 1, '< 1 s')],
      [
        '**among all**',
        'webhook → finished check',
        many.toFixed(2),
        (many / one).toFixed(2),
        judged(many < 1 && many <= 2 * one, '< 1 s, ≤ 2 ×'),
      ],
      ['**memory**', `${memoryPeakMiB} MiB at most while it planned`, '', '', judged(memoryPeakMiB < 400, '< 400 MiB')],
    ]),
  ];
}

type Cells = readonly [step: string, who: string, seconds: string, ratio: string, verdict: string];

function stepRows(step: Step, rounds: readonly RoundSeconds[]): readonly Cells[] {
  const of = (key: string): number => median(rounds.map((round) => round[step][key] ?? Number.NaN));
  return (isPlan(step) ? planRows : releaseRows).map(({ key, title, judged }): Cells => {
    const judgement =
      judged === null ? '' : verdict(of(key), { judged, target: targets[step] }, rounds.map(rawSeconds(step, judged)));
    const ratio = of(key) / of('raw');
    return [key === 'raw' ? `**${step}**` : '', title, of(key).toFixed(2), ratio.toFixed(2), judgement];
  });
}

/** What the target of a row is a multiple of, in one round. */
function rawSeconds(step: Step, judged: NonNullable<Row['judged']>): (round: RoundSeconds) => number {
  return (round) => {
    const raw = round[step]['raw'] ?? Number.NaN;
    return judged === 'raw' ? raw : raw + (round[planOf[step]]['raw'] ?? Number.NaN);
  };
}

const planOf: Readonly<Record<Step, Step>> = {
  'first plan': 'first plan',
  'first release': 'first plan',
  'plan of a change': 'plan of a change',
  'release of a change': 'plan of a change',
  'plan where nothing changes': 'plan where nothing changes',
};

function verdict(
  seconds: number,
  { judged, target }: { readonly judged: NonNullable<Row['judged']>; readonly target: number },
  raw: readonly number[],
): string {
  const ratio = seconds / median(raw);
  const word = ratio <= target ? 'pass' : 'FAIL';
  return judged === 'raw' ? `${word} (≤ ${target})` : `${word} (${ratio.toFixed(2)} × ${judged}, ≤ ${target})`;
}

/** The first row is the heading; numbers stand to the right. */
function table(rows: readonly Cells[]): readonly string[] {
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => column === 2 || column === 3;
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${cells.join(' | ')} |`;
  });
  const rule = widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2)));
  return [...lines.slice(0, 1), `|${rule.join('|')}|`, ...lines.slice(1)];
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}
