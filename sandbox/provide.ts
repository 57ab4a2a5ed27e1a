/**
 * Makes sure that the programs of the sandbox are there, with a line for each step; run by `setup.mjs --world`.
 * What takes minutes happens here, once, so that no test or demo waits for it.
 */
import { provideTools } from './cluster/provide-tools.ts';
import { provideRedis } from './provide-redis.ts';

const say = (line: string): void => console.log(`[setup] ${line}`);

try {
  await provideTools(say);
  await provideRedis(say);
} catch (error) {
  console.error(`[setup] ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
