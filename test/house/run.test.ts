import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { plantedTree } from './planted-tree.ts';

const failing = "import { expect, it } from 'vitest';\n\nit('holds', () => expect(1).toBe(2));\n";
const asked = '1 requests to the local GitHub, 0 refused';
const refused = '1 requests to the local GitHub, 1 refused';
const refusal = "test/asks.test.ts: request GET /stars → 404 (refused): GitHub's description has no GET /stars";

describe('npm test', () => {
  it('ends with the count of requests, and of checks and tests that passed', async () => {
    expect(await runIn({})).toEqual({ code: 0, said: [asked, '6 passed, 0 failed'] });
  });

  it('fails when a test fails', async () => {
    expect(await runIn({ 'test/planted.test.ts': failing })).toEqual({ code: 1, said: [asked, '6 passed, 1 failed'] });
  });

  it('fails when a check fails though every test passes', async () => {
    const unformatted = { 'sandbox/planted.ts': '  export {};\n' };
    expect(await runIn(unformatted)).toEqual({ code: 1, said: [asked, '5 passed, 1 failed'] });
  });

  it('fails when a test file cannot be loaded', async () => {
    const broken = { 'test/planted.test.ts': "throw new Error('cannot be loaded');\n" };
    expect(await runIn(broken)).toEqual({ code: 1, said: [asked, '6 passed, 1 failed'] });
  });

  it('fails when an error is thrown outside of any test', async () => {
    const late =
      "import { it } from 'vitest';\n\nit('passes', () => void setTimeout(() => Promise.reject(new Error(String(1)))));\n";
    const { code, said } = await runIn({ 'test/planted.test.ts': late });
    expect(said.at(-1)).toMatch(/ passed, [1-9]\d* failed$/);
    expect(code).toBe(1);
  });

  it('fails when no test ran', async () => {
    const none = { 'test/word.test.ts': "import { planWord } from '../src/plan/plan-word.ts';\n\nplanWord('a');\n" };
    const { code, said } = await runIn({ ...none, 'test/asks.test.ts': '' });
    expect(said.at(-1)).toMatch(/ passed, [1-9]\d* failed$/);
    expect(code).toBe(1);
  });

  it('fails when a local GitHub refused a request though every test passes', async () => {
    expect(await runIn(asking('/stars'))).toEqual({ code: 1, said: [refusal, refused, '6 passed, 1 failed'] });
  });

  it('passes when the test that provoked the refusal has said so', async () => {
    const taken = asking('/stars', 'forge.takeViolations();');
    expect(await runIn(taken)).toEqual({ code: 0, said: [asked, '6 passed, 0 failed'] });
  });

  it('knows of a refusal although the process of the local GitHub was killed', async () => {
    const { code, said } = await runIn(asking('/stars', "process.kill(process.pid, 'SIGKILL');"));
    expect(said).toEqual([refusal, refused, expect.stringMatching(/ passed, 2 failed$/)]);
    expect(code).toBe(1);
  });

  it('fails when no request was counted', async () => {
    const silent = "import { expect, it } from 'vitest';\n\nit('asks nobody', () => expect(1).toBe(1));\n";
    const none = '0 requests to the local GitHub, 0 refused';
    expect(await runIn({ 'test/asks.test.ts': silent })).toEqual({ code: 1, said: [none, '6 passed, 1 failed'] });
  });
});

/** A test that asks a local GitHub for something, and passes whatever it answers. */
function asking(address: string, then = 'await forge.idle();'): Readonly<Record<string, string>> {
  const sandbox = path.resolve(import.meta.dirname, '../../sandbox');
  return {
    'test/asks.test.ts': `import { expect, it } from 'vitest';
import { startForge } from '${sandbox}/forge/forge.ts';
import { forgeRecordFile } from '${sandbox}/forge-record-file.ts';

it('asks', async () => {
  const forge = await startForge({ record: forgeRecordFile() });
  expect((await fetch(\`\${forge.url}${address}\`)).status).toBeGreaterThan(0);
  ${then}
  await forge.stop();
});
`,
  };
}

/** How the very same script ends, and what it says of requests, checks and tests, in the repository's configuration with `planted` files. */
async function runIn(
  planted: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly said: readonly string[] }> {
  const tree = await plantedTree({ ...asking('/rate_limit'), ...planted });
  const script = path.join(import.meta.dirname, 'run.ts');
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [script], { cwd: tree.root, stdio: ['ignore', 'pipe', 'ignore'] });
      let output = '';
      child.stdout.on('data', (chunk) => (output += String(chunk)));
      child.once('error', reject);
      child.once('close', (code) => {
        const said = output
          .split('\n')
          .filter((line) => /to the local GitHub|\((refused|tolerated)\)|passed, /.test(line));
        resolve({ code, said });
      });
    });
  } finally {
    await tree.remove();
  }
}
