import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { plantedTree } from './planted-tree.ts';

const failing = "import { expect, it } from 'vitest';\n\nit('holds', () => expect(1).toBe(2));\n";

describe('npm test', () => {
  it('ends with the count of checks and tests that passed', async () => {
    expect(await runIn({})).toEqual({ code: 0, lastLine: '5 passed, 0 failed' });
  });

  it('fails when a test fails', async () => {
    expect(await runIn({ 'test/planted.test.ts': failing })).toEqual({ code: 1, lastLine: '5 passed, 1 failed' });
  });

  it('fails when a check fails though every test passes', async () => {
    const unformatted = { 'sandbox/planted.ts': '  export {};\n' };
    expect(await runIn(unformatted)).toEqual({ code: 1, lastLine: '4 passed, 1 failed' });
  });

  it('fails when a test file cannot be loaded', async () => {
    const broken = { 'test/planted.test.ts': "throw new Error('cannot be loaded');\n" };
    expect(await runIn(broken)).toEqual({ code: 1, lastLine: '5 passed, 1 failed' });
  });

  it('fails when an error is thrown outside of any test', async () => {
    const late =
      "import { it } from 'vitest';\n\nit('passes', () => void setTimeout(() => Promise.reject(new Error(String(1)))));\n";
    const { code, lastLine } = await runIn({ 'test/planted.test.ts': late });
    expect(lastLine).toMatch(/ passed, [1-9]\d* failed$/);
    expect(code).toBe(1);
  });

  it('fails when no test ran', async () => {
    const none = { 'test/word.test.ts': "import { planWord } from '../src/plan/plan-word.ts';\n\nplanWord('a');\n" };
    const { code, lastLine } = await runIn(none);
    expect(lastLine).toMatch(/ passed, [1-9]\d* failed$/);
    expect(code).toBe(1);
  });
});

/** What the very same script says and how it ends, in the repository's configuration with `planted` files. */
async function runIn(planted: Readonly<Record<string, string>>): Promise<{ code: number | null; lastLine: string }> {
  const tree = await plantedTree(planted);
  const script = path.join(import.meta.dirname, 'run.ts');
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [script], { cwd: tree.root, stdio: ['ignore', 'pipe', 'ignore'] });
      let output = '';
      child.stdout.on('data', (chunk) => (output += String(chunk)));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, lastLine: output.trimEnd().split('\n').at(-1) ?? '' }));
    });
  } finally {
    await tree.remove();
  }
}
