/**
 * `npm run check [STEP...]`: format, lint (with the import rules), types and unused code, each by its script in package.json.
 *
 * Every step must have read every TypeScript file there is: a tool that reads nothing finds nothing wrong.
 */
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export type StepResult = {
  readonly step: string;
  readonly ok: boolean;
  /** How many files the tool says it read; undefined where it does not say. */
  readonly files: number | undefined;
  readonly milliseconds: number;
  /** What the tool printed, with the reason of the refusal at the end. */
  readonly output: string;
};

/** How many files a step's tool read, by its own output; undefined where the tool itself refuses to read none. */
const filesRead: Readonly<Record<string, (output: string) => number | undefined>> = {
  format: (output) => numberIn(output, /Checked (\d+) files?/),
  lint: (output) => numberIn(output, /on (\d+) files? with/),
  // tsc fails with TS18003 on no input.
  types: () => undefined,
  // knip's hints about patterns that match nothing are errors (see the script).
  unused: () => undefined,
};

/** Runs the named steps (all, if none is named) in `root`, one after another, since each uses all cores. */
export async function* checks(root: string, names: readonly string[]): AsyncGenerator<StepResult> {
  const steps = names.length === 0 ? Object.keys(filesRead) : names;
  const sources = globSync('{src,sandbox,test,bench}/**/*.ts', { cwd: root }).length;
  for (const step of steps) yield await runStep({ root, step, sources });
}

async function runStep({ root, step, sources }: { root: string; step: string; sources: number }): Promise<StepResult> {
  const started = performance.now();
  const { code, output } = await runScript(root, `check:${step}`);
  const files = filesRead[step]?.(output);
  const unread = refusal({ step, sources, files });
  return {
    step,
    ok: code === 0 && unread === undefined,
    files,
    milliseconds: Math.round(performance.now() - started),
    output: unread === undefined ? output : `${output}\n${step}: ${unread}\n`,
  };
}

function refusal({ step, sources, files }: { step: string; sources: number; files: number | undefined }) {
  if (filesRead[step] === undefined) return `no such step, only ${Object.keys(filesRead).join(', ')}`;
  if (sources === 0) return 'there is no TypeScript file to check';
  if (files !== undefined && files < sources) return `read ${files} files of ${sources}`;
  return undefined;
}

function runScript(root: string, name: string): Promise<{ code: number | null; output: string }> {
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const script = z.object({ scripts: z.record(z.string(), z.string()) }).parse(manifest).scripts[name];
  if (script === undefined) return Promise.resolve({ code: 1, output: `package.json has no script ${name}` });
  const bin = path.join(root, 'node_modules', '.bin');
  // The same words wherever it runs: where CI is set, tools write in colour and with other signs.
  const { CI: _, FORCE_COLOR: __, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1', PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', script], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

function numberIn(output: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(output)?.[1];
  return found === undefined ? 0 : Number(found);
}

/** One line for a passed step; for a failed one all that its tool said. */
export function stepLines({ step, ok, files, milliseconds, output }: StepResult): string {
  const read = files === undefined ? '' : `, ${files} files`;
  return `${ok ? '' : output}check ${step}: ${ok ? 'passed' : 'FAILED'} (${milliseconds} ms${read})`;
}

if (import.meta.main) {
  for await (const result of checks(process.cwd(), process.argv.slice(2))) {
    console.log(stepLines(result));
    if (!result.ok) process.exitCode = 1;
  }
}
