import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const map = readFileSync(join(root, 'src/README.md'), 'utf8');
const listed = [...map.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '');

describe('the map in src/README.md', () => {
  it('names every folder and every file at the top of src', () => {
    const there = readdirSync(join(root, 'src'), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isDirectory() || entry.parentPath === join(root, 'src'))
      .map(
        (entry) =>
          join(entry.parentPath, entry.name).slice(join(root, 'src/').length) + (entry.isDirectory() ? '/' : ''),
      )
      .filter((path) => path !== 'README.md');
    expect(listed.filter((path) => path.endsWith('/') || path.endsWith('.ts')).toSorted()).toEqual(there.toSorted());
  });

  it('names every job', () => {
    const jobs = [...readFileSync(join(root, 'src/domain/job.ts'), 'utf8').matchAll(/kind: '([a-z-]+)'/g)];
    const kinds = [...new Set(jobs.map((match) => match[1] ?? ''))];
    expect(kinds.length).toBeGreaterThan(5);
    expect(listed.filter((name) => kinds.includes(name)).toSorted()).toEqual(kinds.toSorted());
    for (const kind of kinds)
      expect(existsSync(join(root, 'src/jobs', `${kind}.ts`)), `src/jobs/${kind}.ts`).toBe(true);
  });

  it('uses the words of the glossary, each explained once', () => {
    const words = [...map.matchAll(/^\| \*\*([^*]+)\*\* \|/gm)].map((match) => match[1] ?? '');
    expect(words.length).toBeGreaterThan(20);
    expect(new Set(words).size).toBe(words.length);
  });
});
