import { describe, expect, it } from 'vitest';
import { judgeLink, planKeptMs, planLink, type SignedLink } from '../../src/domain/plan-link.ts';

const key = Buffer.alloc(32, 7);
const plan = { digest: 'e'.repeat(64), at: '2026-11-20T14:02:11.000Z' };
const made = Date.parse(plan.at);

describe('a link to a plan', () => {
  it('is the same whenever it is made, so that a comment that holds it is not written again', () => {
    const url = 'https://fairlead.example.com';
    expect(planLink(plan, { url, key })).toBe(planLink(plan, { url, key }));
    expect(planLink(plan, { url, key })).toMatch(
      /^https:\/\/fairlead\.example\.com\/plans\/e{64}\?until=\d+&signature=[\w-]{43}$/,
    );
  });

  it('opens its plan as long as that is kept, and not a moment longer', () => {
    expect(judgeLink(signed(), key, made)).toBe('valid');
    expect(judgeLink(signed(), key, made + planKeptMs - 1)).toBe('valid');
    expect(judgeLink(signed(), key, made + planKeptMs)).toBe('expired');
  });

  it.each<[string, (link: SignedLink) => SignedLink]>([
    ['another plan', (link) => ({ ...link, digest: 'f'.repeat(64) })],
    ['another end', (link) => ({ ...link, until: '99999999999' })],
    ['an end in other digits', (link) => ({ ...link, until: `0${link.until}` })],
    ['no signature', (link) => ({ ...link, signature: '' })],
    ['half a signature', (link) => ({ ...link, signature: link.signature.slice(0, 20) })],
    ['a signature of another length in bytes', (link) => ({ ...link, signature: 'é'.repeat(43) })],
  ])('is forged with %s', (_what, forge) => {
    expect(judgeLink(forge(signed()), key, made)).toBe('forged');
  });

  it('is forged once the key is another one', () => {
    expect(judgeLink(signed(), Buffer.alloc(32, 8), made)).toBe('forged');
  });
});

function signed(): SignedLink {
  const { searchParams } = new URL(planLink(plan, { url: 'https://fairlead.example.com', key }));
  return {
    digest: plan.digest,
    until: searchParams.get('until') ?? '',
    signature: searchParams.get('signature') ?? '',
  };
}
