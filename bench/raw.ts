import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { type Contestant, type Course, isPlan, objectsOf, timed } from './contestant.ts';
import type { BenchObject } from './objects.ts';
import { objectPath } from './served-kinds.ts';

const inFlight = 16;

/** The least that asking the API server about every object costs: bare requests, answers read and thrown away. */
export type RawRequests = { readonly of: (course: Course) => Contestant; readonly close: () => Promise<void> };

export function rawRequests(kubeconfig: string): RawRequests {
  const { server, ...connect } = credentialsOf(kubeconfig);
  const pool = new Pool(server, { connections: inFlight, connect });
  const send = async (object: BenchObject, dryRun: boolean): Promise<void> => {
    const query = `fieldManager=raw&fieldValidation=Strict&force=true${dryRun ? '&dryRun=All' : ''}`;
    const { statusCode, body } = await pool.request({
      method: 'PATCH',
      path: `${objectPath(object)}?${query}`,
      headers: {
        accept: 'application/json',
        'content-type': 'application/apply-patch+yaml',
      },
      body: JSON.stringify(object),
    });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`${objectPath(object)}: ${statusCode} ${text}`);
  };
  return {
    of: (course) => ({
      measure: async (step) => {
        const waiting = [...objectsOf(step, course)];
        const sendAll = async (): Promise<void> => {
          for (let object = waiting.shift(); object !== undefined; object = waiting.shift()) {
            await send(object, isPlan(step));
          }
        };
        return { raw: await timed(() => Promise.all(Array.from({ length: inFlight }, sendAll))) };
      },
    }),
    close: () => pool.close(),
  };
}

/** Of the sandbox's kubeconfigs: JSON with one context and everything embedded. */
function credentialsOf(kubeconfig: string) {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const text = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
  const [{ cluster }, { user }] = [clusters[0], users[0]];
  return {
    server: String(cluster.server),
    ca: text(cluster['certificate-authority-data']),
    cert: text(user['client-certificate-data']),
    key: text(user['client-key-data']),
  };
}
