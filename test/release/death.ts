import type { ClusterAccess } from '../../src/ports/cluster-access.ts';
import type { ReleasePorts } from '../../src/release/release-ports.ts';

/** Counts what has an effect outside, and dies at one of them: from then on nothing has one. */
export class Death {
  writes = 0;
  died = false;
  #dead = false;
  readonly #step: number;
  readonly #when: 'before' | 'after';

  constructor(step: number, when: 'before' | 'after') {
    this.#step = step;
    this.#when = when;
  }

  revive(): void {
    this.#dead = false;
  }

  around(ports: ReleasePorts): ReleasePorts {
    const { access, records, queue } = ports;
    const cluster = new Proxy(access.own, {
      get: (target, name) => {
        if (name === 'apply') {
          return (...[request, signal]: Parameters<typeof target.apply>) =>
            request.dryRun ? target.apply(request, signal) : this.#through(() => target.apply(request, signal));
        }
        if (name === 'patch') {
          return (...[request, signal]: Parameters<typeof target.patch>) =>
            request.dryRun ? target.patch(request, signal) : this.#through(() => target.patch(request, signal));
        }
        if (name === 'remove') {
          return (...[request, signal]: Parameters<typeof target.remove>) =>
            request.dryRun ? target.remove(request, signal) : this.#through(() => target.remove(request, signal));
        }
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    const ledgers = Object.assign(Object.create(access.ledgers) as ClusterAccess['ledgers'], {
      ...bound(access.ledgers),
      write: (...[key, previous, content, signal]: Parameters<typeof access.ledgers.write>) =>
        this.#through(() => access.ledgers.write(key, previous, content, signal)),
    });
    return {
      ...ports,
      access: { ...access, own: cluster, as: () => cluster, ledgers },
      records: {
        desired: (...of) => records.desired(...of),
        rendering: (id) => records.rendering(id),
        shownPlan: (...of) => records.shownPlan(...of),
        report: (...of) => records.report(...of),
        saveReport: (report) => this.#through(() => records.saveReport(report)),
        clusterFacts: (name) => records.clusterFacts(name),
        saveClusterFacts: (facts) => this.#through(() => records.saveClusterFacts(facts)),
        saveOrphanCount: (counted) => this.#through(() => records.saveOrphanCount(counted)),
      },
      queue: { ask: (job, options) => this.#through(() => queue.ask(job, options)) },
    };
  }

  async #through<T>(write: () => Promise<T>): Promise<T> {
    if (this.#dead) throw new Killed('killed before');
    this.writes += 1;
    if (this.writes !== this.#step) return await write();
    this.died = true;
    this.#dead = true;
    if (this.#when === 'after') await write();
    throw new Killed(`killed at write ${this.#step}`);
  }
}

class Killed extends Error {}

function bound(ledgers: ClusterAccess['ledgers']) {
  return {
    read: ledgers.read.bind(ledgers),
    applySet: ledgers.applySet.bind(ledgers),
    digestKey: ledgers.digestKey.bind(ledgers),
    withLock: ledgers.withLock.bind(ledgers),
  };
}
