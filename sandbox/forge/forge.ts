import type { AddressInfo } from 'node:net';
import { makeGuardedFolder } from '../guarded-folder.ts';
import { createFaults, type Faults } from './faults.ts';
import { createRateLimits } from './http/rate-limits.ts';
import type { LoggedRequest } from './http/request-log.ts';
import { createForgeServer } from './http/server.ts';
import { type Person, personOf } from './person.ts';
import { createRecord } from './record.ts';
import { createSetup, type Setup } from './setup.ts';
import { createState, type State } from './state/state.ts';
import type { Violation } from './violations.ts';
import { deliveryTimeoutMs } from './webhooks/delivery.ts';
import { createWebhooks, type Webhooks } from './webhooks/webhooks.ts';
import type { World } from './world.ts';

export interface ForgeOptions {
  /** File to write down in what it was asked, for whoever counts over many; null: nobody does. */
  readonly record: string | null;
  readonly now?: () => Date;
  /** How long an installation token lives; GitHub: one hour. */
  readonly tokenLifetimeMs?: number;
  /** How long a webhook's receiver may take; GitHub: ten seconds. */
  readonly webhookTimeoutMs?: number;
  /** 0 or left out: a free one. */
  readonly port?: number;
}

/** A local GitHub. See README.md beside this file for an example. */
export interface Forge extends Setup {
  /** `http://127.0.0.1:PORT`: pages, git at `/OWNER/NAME.git`, and REST as api.github.com has it. */
  readonly url: string;
  /** `http://127.0.0.1:PORT/api/v3`: REST as GitHub Enterprise Server has it. */
  readonly apiUrl: string;
  /** Acts as a person, on the website. */
  readonly as: (login: string) => Person;
  readonly webhooks: Webhooks;
  readonly faults: Faults;
  /** What was not as GitHub has it. `assertNoViolations(forge)` throws if there is any. */
  readonly violations: readonly Violation[];
  /** For a test that provokes one, and says so with this: returns what there was, which then counts for nobody. */
  readonly takeViolations: () => readonly Violation[];
  /** Every request as it was answered, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Everything the forge knows, to look at. */
  readonly state: State;
  /** Everything asked for so far is done, and its webhooks are delivered. */
  readonly idle: () => Promise<void>;
  /** Stops the server and removes the repositories. */
  readonly stop: () => Promise<void>;
}

/** Starts a local GitHub on a free port of the loopback interface. */
export async function startForge(options: ForgeOptions): Promise<Forge> {
  // Goes with this process, however that one ends.
  const folder = await makeGuardedFolder('forge');
  const now = options.now ?? (() => new Date());
  const state = createState();
  const work = createWork();
  let world: World | null = null;
  const server = createForgeServer(() => {
    if (world === null) throw new Error('the forge is not ready');
    return world;
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(options.port ?? 0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  const violations: Violation[] = [];
  const requests: LoggedRequest[] = [];
  const record = createRecord(options.record);
  const running: World = {
    url: `http://127.0.0.1:${port}`,
    directory: folder.path,
    state,
    now,
    tokenLifetimeMs: options.tokenLifetimeMs ?? 3_600_000,
    webhooks: createWebhooks(state, { now, timeoutMs: options.webhookTimeoutMs ?? deliveryTimeoutMs }),
    rateLimits: createRateLimits(now),
    faults: createFaults(),
    violations,
    requests,
    record,
    ...work,
  };
  world = running;
  const idle = async () => {
    await work.settled();
    await running.webhooks.idle();
  };
  return {
    url: running.url,
    apiUrl: `${running.url}/api/v3`,
    ...createSetup(running),
    as: (login) => personOf(running, login),
    webhooks: running.webhooks,
    faults: running.faults,
    violations,
    takeViolations: () => {
      record.taken();
      return violations.splice(0);
    },
    requests,
    state,
    idle,
    stop: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
      await work.settled();
      await folder.remove();
    },
  };
}

/** Work in turn for each repository, work in the background, and results that never change. */
function createWork(): Pick<World, 'exclusively' | 'remember' | 'background'> & { settled: () => Promise<void> } {
  const turns = new Map<number, Promise<unknown>>();
  const pending = new Set<Promise<unknown>>();
  const memory = new Map<string, Promise<unknown>>();
  const background = (work: Promise<unknown>) => {
    pending.add(work);
    void work.catch(() => {}).finally(() => pending.delete(work));
  };
  return {
    background,
    exclusively: (repositoryId, work) => {
      const turn = (turns.get(repositoryId) ?? Promise.resolve()).then(work, work);
      turns.set(repositoryId, turn);
      background(turn);
      return turn;
    },
    remember: <T>(key: string, compute: () => Promise<T>) => {
      const known = memory.get(key);
      // What a key computes is always of one type.
      if (known !== undefined) return known as Promise<T>;
      const computed = compute();
      memory.set(key, computed);
      // A failure is not remembered: the commit may be there next time.
      computed.catch(() => memory.delete(key));
      return computed;
    },
    settled: async () => {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
  };
}
