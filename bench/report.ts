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

export type BenchResult = { readonly at: string; readonly machine: Machine; readonly sizes: readonly SizeResult[] };

/** What Fairlead may take, as a multiple of the raw requests. */
export const target = 1.5;

/** What stands in a row beside the raw requests; `judged` ones have a target. */
type Column = { readonly key: string; readonly title: string; readonly judged: boolean };

const planColumns: readonly Column[] = [
  { key: 'plan', title: 'Fairlead: rendering → plan', judged: true },
  { key: 'check', title: 'Fairlead: webhook → finished check', judged: false },
  { key: 'kubectl', title: '`kubectl diff`', judged: false },
];

const releaseColumns: readonly Column[] = [
  { key: 'release', title: 'Fairlead: first write → verdict', judged: true },
  { key: 'converged', title: 'Fairlead: merge → converged', judged: true },
  { key: 'plan', title: 'of it, the plan before', judged: false },
  { key: 'kubectl', title: '`kubectl apply`', judged: false },
];

/** The whole report in Markdown. */
export function benchReport({ at, machine, sizes }: BenchResult): string {
  const facts = Object.entries(machine).map(([name, value]) => `${name} ${value}`);
  return [
    `# Bench of ${at}`,
    '',
    `${facts.join(' · ')}.`,
    '',
    ...method,
    '',
    ...sizes.flatMap((size) => [...sizeReport(size), '']),
  ].join('\n');
}

const method = [
  'Medians over the rounds, in seconds; ×: as a multiple of raw requests in the same rounds, where everybody took turns.',
  'Raw: dry-run (plan) or real (release) apply requests of all objects, 16 in flight, answers thrown away. kubectl:',
  '`diff --server-side --concurrency=16` and `apply --server-side`. Fairlead: by its own histograms, and by the clock of',
  'who waits at GitHub. A change touches every tenth object; everybody owns an equal set in namespaces that are there,',
  'and comes with a client certificate; Fairlead impersonates a service account besides.',
  'A release of Fairlead plans first: all is dry-run before the first write.',
];

function sizeReport({ objects, namespaces, source, rounds, memoryPeakMiB }: SizeResult): readonly string[] {
  return [
    `## ${objects} objects in ${namespaces} namespaces, ${rounds.length} rounds`,
    '',
    `${source}. Fairlead held ${memoryPeakMiB} MiB at most.`,
    '',
    '| | raw | | × | target |',
    '|---|---:|---|---:|---|',
    ...steps.flatMap((step) => stepRows(step, rounds)),
  ];
}

function stepRows(step: Step, rounds: readonly RoundSeconds[]): readonly string[] {
  const of = (key: string): number => median(rounds.map((round) => round[step][key] ?? Number.NaN));
  const raw = of('raw');
  return (isPlan(step) ? planColumns : releaseColumns).map(({ key, title, judged }, index) => {
    const ratio = of(key) / raw;
    const first = index === 0 ? [`**${step}**`, of('raw').toFixed(2)] : ['', ''];
    const verdict = judged ? `${ratio <= target ? 'pass' : 'FAIL'} (≤ ${target})` : '';
    return `| ${[...first, `${title}: ${of(key).toFixed(2)}`, ratio.toFixed(2), verdict].join(' | ')} |`;
  });
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}
