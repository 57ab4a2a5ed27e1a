import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Finds a loopback port on which nobody listens.
 *
 * Below 32768, where Linux takes the ports of outgoing connections from: nobody gets it by chance while its server is
 * down and has to come back on the same port. Chosen at random, so that several who ask at once do not meet.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free loopback port among 100 tried');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
