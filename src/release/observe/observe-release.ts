import { isoTime } from '../../domain/iso-time.ts';
import { sameJson } from '../../domain/json.ts';
import { ledgerKeyOf } from '../../domain/ledger.ts';
import { orphanedBy } from '../../domain/orphaned.ts';
import type { ReleaseState } from '../../domain/release.ts';
import { verdictOf } from '../../observe/verdict.ts';
import type { JobContext } from '../../ports/handler.ts';
import { FencedLedger } from '../fenced-ledger.ts';
import { isOvertaken } from '../is-overtaken.ts';
import { publishReport } from '../publish-report.ts';
import type { ReleasePorts } from '../release-ports.ts';
import { spacing } from '../spacing.ts';
import { wordsFor } from '../words-for.ts';
import { type AppliedRelease, type Observing, overtaken, type Step, VerdictSteps } from './verdict-steps.ts';

export type Observed =
  | { readonly kind: 'converged' | 'diverged' | 'overtaken' }
  /** It goes on, in a job of its own that is asked for so much later. */
  | { readonly kind: 'unfinished'; readonly againInMs: number };

/** A job looks on for this long, so that a worker that drains need not wait for a slow release. */
const turnMs = 60_000;
const shortestPauseMs = 100;
const longestPauseMs = 2_000;
/** What is healthy and has to stay so for more than a turn is looked at now and then: it keeps no worker meanwhile. */
const settlingPauseMs = 15_000;

/**
 * Health until all is well or the time is over, counted from when it was applied; then prune; then it must stay so. Says
 * where the release stands meanwhile, and its verdict.
 */
export async function observeRelease(
  release: AppliedRelease,
  ports: ReleasePorts,
  context: JobContext,
): Promise<Observed> {
  return await new Observation(release, ports, context.signal).run();
}

class Observation {
  readonly #release: AppliedRelease;
  readonly #ports: ReleasePorts;
  readonly #signal: AbortSignal;
  readonly #fence: FencedLedger;
  readonly #steps: VerdictSteps;
  readonly #isProgressDue: () => boolean;

  constructor(release: AppliedRelease, ports: ReleasePorts, signal: AbortSignal) {
    this.#release = release;
    this.#ports = ports;
    this.#signal = signal;
    this.#fence = new FencedLedger(ports.access.ledgers, ledgerKeyOf(release.desired), release.ledger);
    this.#steps = new VerdictSteps(release, this.#fence, ports, signal);
    // Most releases are over before anybody wants to know how far they are.
    this.#isProgressDue = spacing(ports.clock, ports.clock.monotonic());
  }

  async run(): Promise<Observed> {
    const { clock, records } = this.#ports;
    const until = clock.monotonic() + turnMs;
    for (let pause = shortestPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
      if (await isOvertaken(this.#release.desired, records)) return overtaken;
      const step = await this.#steps.next();
      // Whatever the newer release has said meanwhile, this one does not speak over it.
      if (step.kind === 'overtaken' || (await isOvertaken(this.#release.desired, records))) return overtaken;
      switch (step.kind) {
        case 'converged':
        case 'diverged':
          return await this.#end(step);
        case 'settling':
          if (step.leftMs > turnMs) return await this.#settleLater(step.leftMs);
          pause = Math.min(step.leftMs, longestPauseMs);
          break;
        case 'observing':
          if (this.#isProgressDue()) await this.#say(await this.#inWords(step));
      }
      if (clock.monotonic() >= until) return { kind: 'unfinished', againInMs: 0 };
      await clock.sleep(pause, this.#signal);
    }
  }

  /** The ledger first: what is said can be said again from it. */
  async #end(step: Extract<Step, { readonly kind: 'converged' | 'diverged' }>): Promise<Observed> {
    const { ledger, released } = this.#release;
    const { access, metrics } = this.#ports;
    const tookMs = step.kind === 'converged' ? step.tookMs : released.tookMs;
    await this.#fence.write({ released: { ...released, phase: step.kind, tookMs, steady: null } }, this.#signal);
    metrics.released(access.entry.name, step.kind, this.#steps.tookMs() / 1_000);
    await this.#say({ ...step, ...orphanedBy(ledger, released.commit, access.entry.name) });
    return { kind: step.kind };
  }

  async #settleLater(leftMs: number): Promise<Observed> {
    const { clock, records } = this.#ports;
    const { desired, released } = this.#release;
    const until = isoTime(clock.now() + leftMs).slice('2026-11-20T'.length, '2026-11-20T14:02'.length);
    const state = this.#steps.observing([`settles until ${until} UTC`]);
    const report = await records.report(desired.repository, desired.environment.name);
    // Once: each time it is said is several requests to GitHub.
    const isSaid = report?.commit === released.commit && sameJson(report.state, state);
    if (!isSaid) await this.#say(state);
    return { kind: 'unfinished', againInMs: settlingPauseMs };
  }

  /** What pods say is asked for only where somebody will read it. */
  async #inWords(step: Observing): Promise<Observing> {
    const verdict = verdictOf(await this.#steps.seen.withPods(), { tookMs: 0, timedOut: false });
    return verdict.kind === 'converged' ? step : { ...step, reasons: verdict.reasons };
  }

  async #say(state: ReleaseState): Promise<void> {
    const { desired, released, rendering } = this.#release;
    const live = this.#steps.seen.all().flatMap(({ object }) => (object === null ? [] : [object]));
    const written = rendering.manifests.map(({ object }) => object);
    const words = wordsFor(desired, written, live);
    await publishReport(desired, released.commit, withReasons(state, words), this.#ports);
  }
}

function withReasons(state: ReleaseState, masked: (text: string) => string): ReleaseState {
  return state.kind === 'observing' || state.kind === 'diverged'
    ? { ...state, reasons: state.reasons.map(masked) }
    : state;
}
