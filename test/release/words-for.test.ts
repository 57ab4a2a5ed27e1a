import { describe, expect, it } from 'vitest';
import { wordsFor } from '../../src/release/words-for.ts';
import { configMap, deployment, secret } from '../objects.ts';

const written = [secret('s', { a: 'hunter2-in-git' }), deployment('web', { image: 'web:2' })];
const live = [
  { ...secret('s', {}), data: { a: btoa('hunter2-that-lives') } },
  deployment('web', { image: 'hotfix:1' }),
  configMap('c', { owner: 'set-by-hand' }),
];
const event =
  'Deployment/web: Unhealthy: "hotfix:1" of set-by-hand answered hunter2-that-lives, not hunter2-in-git, 1 of 3 pods';

describe('What a release says', () => {
  it.each([
    ['private', 'Deployment/web: Unhealthy: "hotfix:1" of set-by-hand answered •••••, not •••••, 1 of 3 pods'],
    ['public', 'Deployment/web: Unhealthy: "(not shown)" of (not shown) answered •••••, not •••••, 1 of 3 pods'],
  ] as const)('holds no secret value, and in public none that only lives: %s', (visibility, told) => {
    expect(wordsFor({ visibility }, written, live)(event)).toBe(told);
  });

  it('answers no guess', () => {
    const guess = configMap('guess', { a: 'hunter2-that-lives' });
    const words = wordsFor({ visibility: 'private' }, [...written, guess], live);
    expect(words('label hunter2-that-lives is bad')).toBe('label hunter2-that-lives is bad');
  });
});
