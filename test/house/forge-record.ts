/**
 * Runs before each test file: every local GitHub that the file starts, itself or in a child process, keeps its record
 * under the file's name. `requests.ts` counts them.
 */
import path from 'node:path';
import { expect } from 'vitest';

const folder = process.env['FAIRLEAD_TEST_REQUESTS'];
const { testPath } = expect.getState();
if (folder !== undefined && testPath !== undefined) {
  const name = encodeURIComponent(path.relative(process.cwd(), testPath));
  process.env['FAIRLEAD_FORGE_RECORD'] = path.join(folder, name);
}
