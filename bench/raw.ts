import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { type Contestant, type Course, dryRunsOf, isPlan, objectsOf, timed } from './contestant.ts';
import type { BenchObject } from './objects.ts';
import { objectPath } from './served-kinds.ts';

const inFlight = 16;

/** The least that asking the API server about every object costs: bare requests, answers read and thrown away. */
export type RawRequests = {
  readonly of: (course: Course) => Contestant;
  /** So that what one round leaves behind is not in the way of the next. */
  readonly remove: (objects: readonly BenchObject[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

export function rawRequests(kubeconfig: string): RawRequests {
  const { server, ...connect } = credentialsOf(kubeconfig);
  // Kept while others have their turn: setting up connections is not what is measured.
  const pool = new Pool(server, { connections: inFlight, connect, keepAliveTimeout: 60_000 });
  const send = async (method: 'PATCH' | 'DELETE', object: BenchObject, query: string): Promise<void> => {
    const { statusCode, body } = await pool.request({
      method,
      path: `${objectPath(object)}?${query}`,
      headers: { accept: 'application/json', 'content-type': 'application/apply-patch+yaml' },
      body: method === 'PATCH' ? JSON.stringify(object) : null,
    });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`${method} ${objectPath(object)}: ${statusCode} ${text}`);
  };
  return {
    of: (course) => ({
      measure: async (step) => {
        const query = 'fieldManager=raw&fieldValidation=Strict&force=true';
        const [objects, kind] = isPlan(step) ? [dryRunsOf(step, course), '&dryRun=All'] : [objectsOf(step, course), ''];
        return { raw: await timed(() => each(objects, (object) => send('PATCH', object, query + kind))) };
      },
    }),
    remove: (objects) => each(objects, (object) => send('DELETE', object, '')),
    close: () => pool.close(),
  };
}

async function each(objects: readonly BenchObject[], work: (object: BenchObject) => Promise<void>): Promise<void> {
  const waiting = objects.values();
  const workOff = async (): Promise<void> => {
    for (const object of waiting) await work(object);
  };
  await Promise.all(Array.from({ length: inFlight }, workOff));
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
