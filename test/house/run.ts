/**
 * `npm test`: the checks, then every test; ends with what was asked of the local GitHubs, and then `N passed, N failed` on a
 * line of its own, checks counted as tests.
 *
 * Exit 1 on any failure, on a run that found no test, on a request that GitHub would have refused, and on a run that takes
 * longer than it may.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { checks, stepLines } from './check.ts';
import { countRequests } from './requests.ts';

type Count = { readonly passed: number; readonly failed: number };

const root = process.cwd();
/** What checks and tests should take together once the tools are there, on two cores: more is said. */
const shouldTakeMs = 10 * 60_000;
/** They hang. A slow machine is no reason to fail, and a vitest that is ended leaves no report of what it knew. */
const limitMs = 30 * 60_000;

const report = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const started = performance.now();
const deadline = AbortSignal.timeout(limitMs);
const checked = await runChecks();
const tested = await runTests(process.argv.slice(2));
const passed = checked.passed + tested.passed;
const failed = checked.failed + tested.failed;
const tookMs = performance.now() - started;
if (tookMs > shouldTakeMs) console.log(`it took ${Math.round(tookMs / 60_000)} minutes: too long on two cores`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function runChecks(): Promise<Count> {
  const count = { passed: 0, failed: 0 };
  for await (const result of checks(root, [])) {
    console.log(stepLines(result));
    count[result.ok ? 'passed' : 'failed'] += 1;
  }
  return count;
}

/** Runs vitest with the arguments given (a file, `-t NAME`), and counts by its report and by what the local GitHubs recorded. */
async function runTests(args: readonly string[]): Promise<Count> {
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-report-'));
  const file = path.join(folder, 'report.json');
  const records = path.join(folder, 'requests');
  mkdirSync(records);
  const code = await runVitest(
    [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    records,
  );
  const { passed, failed } = countOf(file, code);
  const requests = countRequests(records, { whole: args.length === 0 });
  for (const line of requests.lines) console.log(line);
  rmSync(folder, { recursive: true });
  return { passed, failed: requests.ok ? failed : failed + 1 };
}

function runVitest(args: readonly string[], records: string): Promise<number | null> {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  return new Promise((resolve, reject) => {
    const env = { ...process.env, FAIRLEAD_TEST_REQUESTS: records };
    const child = spawn(process.execPath, [vitest, 'run', ...args], { cwd: root, env, stdio: 'inherit' });
    const stop = () => {
      console.log(`the tests took longer than ${limitMs / 60_000} minutes`);
      child.kill('SIGTERM');
    };
    deadline.addEventListener('abort', stop, { once: true });
    child.once('error', reject);
    child.once('exit', (code) => {
      deadline.removeEventListener('abort', stop);
      resolve(code);
    });
  });
}

/** Counts what vitest reported; whatever else made it fail counts as one more failure. */
function countOf(file: string, code: number | null): Count {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = readReport(file);
  const skipped = numPendingTests + numTodoTests;
  if (skipped > 0) console.log(`${skipped} tests were skipped`);
  if (numPassedTests === 0) console.log('no test ran');
  // A file that cannot be loaded has no test that could fail.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const counted = numFailedTests + broken.length;
  const uncounted = counted === 0 && (code !== 0 || numPassedTests === 0) ? 1 : 0;
  return { passed: numPassedTests, failed: counted + uncounted };
}

function readReport(file: string): z.infer<typeof report> {
  try {
    return report.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.log(`vitest left no report: ${String(error)}`);
    return {
      success: false,
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
    };
  }
}
