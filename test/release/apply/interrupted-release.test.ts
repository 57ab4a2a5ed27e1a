import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/domain/job.ts';
import { sameJson } from '../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { configMap, deployment, inNamespace, object } from '../../objects.ts';
import { Death } from '../death.ts';
import { first, ReleaseWorld, second } from '../release-world.ts';

const namespace = object('v1', 'Namespace', 'extra');
const inside: KubernetesObject = inNamespace('extra', configMap('in', {}));
const replaced = { annotations: { 'fairlead.dev/replace': 'true' } };
const claim = object('v1', 'PersistentVolumeClaim', 'data', { spec: {} });
const before = [
  configMap('web', { A: '1' }),
  configMap('old', {}),
  claim,
  deployment('web'),
  deployment('swap', replaced),
];
const after = [
  configMap('web', { A: '2' }),
  configMap('new', {}),
  deployment('web', { image: 'web:2' }),
  deployment('swap', { ...replaced, image: 'swap:2' }),
  namespace,
  inside,
];

/**
 * The process dies at each of its writes, once just before the write takes effect and once just after; what comes after
 * it knows nothing but what the cluster and the records hold. The end is always the same.
 */
describe('a release that is killed', () => {
  for (const when of ['before', 'after'] as const) {
    it(`ends the same wherever it is killed ${when} a write`, async () => {
      const undisturbed = await play(Number.POSITIVE_INFINITY, when);
      expect(undisturbed.end).toMatchObject({
        state: { kind: 'converged', objects: 6 },
        living: ['ConfigMap/new', 'ConfigMap/web', 'Deployment/swap', 'Deployment/web'],
        released: { commit: second, phase: 'converged' },
        attempt: null,
      });
      expect(undisturbed.writes).toBeGreaterThan(20);
      for (let step = 1; step <= undisturbed.writes; step += 1) {
        const { end, died } = await play(step, when);
        expect(died, `step ${step}`).toBe(true);
        expect(end, `killed ${when} write ${step}`).toEqual(undisturbed.end);
      }
    });
  }
});

interface Ending {
  readonly end: Readonly<Record<string, unknown>>;
  readonly writes: number;
  readonly died: boolean;
}

async function play(step: number, when: 'before' | 'after'): Promise<Ending> {
  const world = new ReleaseWorld();
  // What lives cannot be changed to what is wanted: the object opted in to be replaced.
  world.cluster.refuse = ({ object: wanted }) => {
    const live = wanted.metadata.name === 'swap' ? world.cluster.get('Deployment', 'swap') : undefined;
    return live !== undefined && !sameJson(live['spec'], wanted['spec']) ? 'invalid' : null;
  };
  await world.desire(first, before);
  await world.run();

  await world.desire(second, after);
  const waiting = await world.run();
  const digest = waiting?.kind === 'waiting' ? (waiting.confirmDigest ?? '') : '';

  const death = new Death(step, when);
  world.wrap = (ports) => death.around(ports);
  await world.desire(second, after, { confirmations: [{ digest, by: 'bob' }] });
  await runToTheEnd(world, death);
  const ledger = await world.ledger();
  const uids = new Map(
    [...world.cluster.objects.values()].map(({ kind, metadata }) => [kind + metadata.name, metadata.uid]),
  );
  const report = await world.report();
  return {
    writes: death.writes,
    died: death.died,
    end: {
      state: report?.state.kind === 'converged' ? { ...report.state, tookMs: 0 } : report?.state,
      commit: report?.commit,
      living: world.living(),
      content: [...world.cluster.objects.values()]
        .map(({ kind, metadata, data, spec }) => ({ kind, name: metadata.name, data, spec }))
        .toSorted((left, right) => (left.kind + left.name < right.kind + right.name ? -1 : 1)),
      released: ledger?.released && { ...ledger.released, at: '', tookMs: 0 },
      attempt: ledger?.attempt,
      inventory: ledger?.inventory.map(({ kind, name, uid }) => [kind, name, uid === uids.get(kind + name)]).toSorted(),
    },
  };
}

/** A worker that dies loses the job it had in hand; the queue gives it to the next one, beside what waits already. */
async function runToTheEnd(world: ReleaseWorld, death: Death): Promise<void> {
  let inHand: Job | null = null;
  const work = () =>
    world.queue.run(async (job, context) => {
      inHand = job;
      await world.handle(job, context);
    });
  try {
    await work();
  } catch (error) {
    if (!death.died || inHand === null) throw error;
    death.revive();
    await world.queue.ask(inHand);
    await work();
  }
}
