import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Harm } from '../faults.ts';

/** Does what a fault asks for. `ended`: the client has got all that it will get. */
export async function doHarm(harms: readonly Harm[], response: ServerResponse): Promise<'ended' | 'goes on'> {
  for (const harm of harms) {
    switch (harm.kind) {
      case 'latency':
        await delay(harm.ms, undefined, { ref: false });
        break;
      case 'wait':
        await harm.until;
        break;
      case 'reset':
        response.socket?.resetAndDestroy();
        return 'ended';
      case 'status':
        return answerFailure(response, harm.status, {}, { message: 'Server Error' });
      case 'rate-limit':
        return answerFailure(
          response,
          403,
          {
            'x-ratelimit-limit': '5000',
            'x-ratelimit-remaining': '0',
            'x-ratelimit-used': '5000',
            'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + harm.resetSeconds),
            'x-ratelimit-resource': 'core',
          },
          { message: 'API rate limit exceeded for installation.', documentation_url: limits },
        );
      case 'secondary-limit':
        return answerFailure(
          response,
          harm.status,
          { 'retry-after': String(harm.retryAfterSeconds) },
          {
            message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
            documentation_url: `${limits}#about-secondary-rate-limits`,
          },
        );
    }
  }
  return 'goes on';
}

const limits = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';

function answerFailure(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): 'ended' {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
  return 'ended';
}
