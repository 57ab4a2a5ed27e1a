import { describe, expect, it } from 'vitest';
import { gitOnlyText } from '../../../src/plan/change/git-only-text.ts';
import { configMap, deployment } from '../../objects.ts';

const git = deployment('web', { image: 'web:2', replicas: 12, env: { A: 'from-git' } });
const live = [
  deployment('web', { image: 'hotfix:1', env: { A: 'set-by-hand', B: 'x' } }),
  configMap('c', { n: '123456' }),
];
const tell = gitOnlyText([git, null], live);

describe('In public, words about an object', () => {
  it.each([
    ['may say what Git says', 'image "web:2" with 12 replicas and from-git', null],
    ['may not repeat what only lives', 'image "hotfix:1" is not web:2', 'image "(not shown)" is not web:2'],
    ['nor without quotes', 'A is set-by-hand now, or 123456.', 'A is (not shown) now, or (not shown).'],
    ['may name paths', 'kubectl holds spec.containers[name="web"].env[name="B"]', null],
    ['may say the API server’s own numbers', 'must be less than or equal to 65535, inclusive', null],
    ['may say in which version an API ends', 'apps/v1beta1 is deprecated in v1.9+, unavailable in v1.16+', null],
    [
      'may say what pod security asks for',
      'would violate PodSecurity "restricted:latest": runAsNonRoot != true (container "web" must set it to "RuntimeDefault")',
      null,
    ],
    [
      'may not say how much a quota holds',
      'exceeded quota: small, requested: pods=12, used: pods=37, limited: pods=40',
      'exceeded quota: small, requested: pods=12, used: pods=(not shown), limited: pods=(not shown)',
    ],
    [
      'may not quote what a policy made of the cluster',
      'admission webhook "policy.example.com" denied the request: owner "jane@example.com" of 3 others',
      'admission webhook "(not shown)" denied the request: owner "(not shown)" of (not shown) others',
    ],
    [
      'may not name what in the cluster selects by a namespace’s labels',
      'Namespace shop is changed by the same plan, and ValidatingWebhookConfiguration "acme-audit" may decide by it',
      'Namespace shop is changed by the same plan, and ValidatingWebhookConfiguration "(not shown)" may decide by it',
    ],
  ])('%s', (_name, text, told) => {
    expect(tell(text)).toBe(told ?? text);
  });

  it('are judged in time that grows with their length, or are not shown', () => {
    const began = performance.now();
    expect(tell('\\"'.repeat(60_000))).toBe('(not shown)');
    expect(tell('a '.repeat(4_000))).toHaveLength(8_000);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
