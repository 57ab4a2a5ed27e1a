import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a plan is kept, and a link to it good for. */
export const planKeptMs = 14 * 24 * 3_600_000;

/** What is asked of a link before a plan is shown: two members of its query, as they came. */
export interface SignedLink {
  readonly digest: string;
  readonly until: string;
  readonly signature: string;
}

/** `https://fairlead.example.com/plans/DIGEST?until=SECONDS&signature=…`: the same for the same plan, whenever it is made. */
export function planLink(
  { digest, at }: { readonly digest: string; readonly at: string },
  { url, key }: { readonly url: string; readonly key: Uint8Array },
): string {
  const until = String(Math.floor((Date.parse(at) + planKeptMs) / 1000));
  return `${url}/plans/${digest}?until=${until}&signature=${signatureOf(digest, until, key)}`;
}

/** Whether the link was made with this key, and still holds. A link whose end somebody moved is forged. */
export function judgeLink(
  { digest, until, signature }: SignedLink,
  key: Uint8Array,
  now: number,
): 'valid' | 'expired' | 'forged' {
  const expected = Buffer.from(signatureOf(digest, until, key));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'forged';
  return Number(until) * 1000 > now ? 'valid' : 'expired';
}

function signatureOf(digest: string, until: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(`plan\n${digest}\n${until}`).digest('base64url');
}
