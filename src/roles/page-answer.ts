import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { HttpAnswer } from '../adapters/http/server.ts';
import { type PagePieces, pageScript, pageStyle } from '../present/pages/page-frame.ts';

/** So long others wait at most for a page that is being written. */
const sliceMs = 20;

// https://www.w3.org/TR/CSP3/: nothing is loaded, and no script runs but the page's own.
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(pageScript)}`,
  `style-src ${hashOf(pageStyle)}`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A page that runs nothing but its own script. A large one takes longer to write than a webhook should wait: between its
 * pieces others have their turn.
 */
export async function pageAnswer(status: number, pieces: PagePieces): Promise<HttpAnswer> {
  const written: string[] = [];
  let began = performance.now();
  for (const piece of pieces) {
    written.push(piece);
    if (performance.now() - began < sliceMs) continue;
    await setImmediate();
    began = performance.now();
  }
  return {
    status,
    type: 'text/html; charset=utf-8',
    text: written.join(''),
    headers: {
      'content-security-policy': policy,
      // The address is the key: no other site is told it, and no search engine may keep what it opens.
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
  };
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
