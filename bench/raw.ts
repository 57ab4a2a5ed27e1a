import { Pool } from 'undici';
import type { ClusterAccess } from '../sandbox/cluster/cluster.ts';
import { type Contestant, type Course, isPlan, objectsOf, timed } from './contestant.ts';
import type { BenchObject } from './objects.ts';
import { objectPath } from './served-kinds.ts';

const inFlight = 16;

/** The least that asking the API server about every object costs: bare requests, answers read and thrown away. */
export type RawRequests = { readonly of: (course: Course) => Contestant; readonly close: () => Promise<void> };

export function rawRequests(cluster: ClusterAccess): RawRequests {
  const pool = new Pool(cluster.server, { connections: inFlight, connect: { ca: cluster.certificateAuthority } });
  const send = async (object: BenchObject, dryRun: boolean): Promise<void> => {
    const query = `fieldManager=raw&fieldValidation=Strict&force=true${dryRun ? '&dryRun=All' : ''}`;
    const { statusCode, body } = await pool.request({
      method: 'PATCH',
      path: `${objectPath(object)}?${query}`,
      headers: {
        authorization: `Bearer ${cluster.adminToken}`,
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
