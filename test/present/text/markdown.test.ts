import { expect, it } from 'vitest';
import { fence } from '../../../src/present/text/markdown.ts';

it('A fence leaves out the empty lines at the end, and looks for them once', () => {
  expect(fence('a\n\nb\n\n', 'yaml')).toBe('```yaml\na\n\nb\n```');
  const began = performance.now();
  fence(`${'\n'.repeat(200_000)}x`, 'yaml');
  expect(performance.now() - began).toBeLessThan(1_000);
});
