import { describe, expect, it } from 'vitest';
import { problemLines } from '../../../src/present/environment/plan-lines.ts';

const at = { file: 'deploy/web.yaml', line: 7, path: 'spec.replicas' };

describe('what is wrong in Git is said with its place', () => {
  it('and with its field, where the words do not name that', () => {
    expect(problemLines([{ ...at, message: 'This is no number.' }], 1_000)).toBe(
      '* `deploy/web.yaml:7` `spec.replicas`: This is no number.',
    );
    expect(problemLines([{ ...at, message: '`spec.replicas` is set by Git, too.' }], 1_000)).toBe(
      '* `deploy/web.yaml:7`: `spec.replicas` is set by Git, too.',
    );
  });
});
