import { allowanceFor } from '../../domain/allowance.ts';
import type { WishOutcome } from '../../domain/command-reply.ts';
import type { CommitStatus } from '../../domain/commit-status.ts';
import { canonicalSettings } from '../../domain/environment.ts';
import { isoTime } from '../../domain/iso-time.ts';
import { saysNotBegun } from '../../domain/own-status.ts';
import { mergedAs } from '../../domain/pull-request.ts';
import type { Wanted } from '../../domain/release.ts';
import type { RenderResult } from '../../domain/rendering.ts';
import type { JobContext } from '../../ports/handler.ts';
import { presentDenied, presentOvertaken, presentPending, presentUnrendered } from '../../present/release/status.ts';
import { confirmationsIn, ownComments } from '../said/own-comment.ts';
import { ownStatus } from '../said/own-status.ts';
import { type Story, storyUrl } from '../said/story-url.ts';
import { leaveSyncReply } from '../say/end-sync-reply.ts';
import { askForOrphans } from './ask-for-orphans.ts';
import { decideGate } from './decide-gate.ts';
import { isWrittenOver } from './is-written-over.ts';
import { lastingDeparture } from './lasting-departure.ts';
import { renderWish } from './render-wish.ts';
import { stillCarried } from './still-carried.ts';
import { tellOlder } from './tell-older.ts';
import { whoAsked } from './who-asked.ts';
import type { DesirePorts, SharingPorts, Wish } from './wish.ts';
import { withholdEnvironment } from './withhold-environment.ts';

/**
 * Writes what one environment should be, says so on the commit, and asks for the release. `overtaken`: somebody else wrote
 * what is desired meanwhile, perhaps of a newer tip. `left-alone`: nobody asked for a release, and there is none.
 */
export async function desireEnvironment(
  wish: Wish,
  ports: SharingPorts,
  context: JobContext,
): Promise<WishOutcome | 'overtaken' | 'left-alone'> {
  const { environment, commit } = wish;
  const { facts } = wish.reading;
  const { repository } = facts;
  if (environment.mode === 'observe' && wish.asked.kind !== 'sync') {
    // Planned, never released: there is nothing to wait for and nothing to say on a commit, unless somebody asks.
    const outcome = await withholdEnvironment({ wish, reason: observed, status: null }, ports, context);
    return outcome === 'overtaken' ? outcome : 'left-alone';
  }
  // Git and the forge are asked at once: this is time between a merge and its release.
  const [{ history, result, changed }, { pull, comments }, standing] = await Promise.all([
    renderWish(wish, ports),
    mergedPullRequest(wish, ports),
    ownStatus({ repository, commit, environment: environment.name }, ports.forge),
  ]);
  const { name } = environment;
  const url = storyUrl({ facts, commit, pull, comments });

  const refusal = await refusalOf(wish, result, url, ports);
  if (refusal !== null) {
    const reason = refusal.description;
    // On the commit that made it so, or that waits for its release; a release that has ended there stays true.
    const now = await standingNow(wish, standing, ports);
    const concerns = now === null ? changed : now.state !== 'success';
    const outcome = await withholdEnvironment({ wish, reason, status: concerns ? refusal : null }, ports, context);
    return outcome === 'overtaken' ? outcome : { kind: 'refused', commit, reason };
  }
  if (environment.mode === 'observe') {
    const status = presentPending(name, { kind: 'waiting', reason: observed }, url);
    const outcome = await withholdEnvironment({ wish, reason: observed, status }, ports, context);
    return outcome === 'overtaken' ? outcome : { kind: 'waiting', commit, reason: observed };
  }
  if (result.kind === 'rendered') await ports.records.saveRendering(result.rendering);

  const asked = await whoAsked({ ...wish, repository, changed, standing, pull }, ports.forge);
  const { environments } = wish.reading.settings;
  const gate = await decideGate({ repository, environment, environments, commit, history, asked }, ports);
  const desired: Wanted = {
    kind: 'wanted',
    repository,
    environment,
    defaultBranch: facts.defaultBranch,
    visibility: facts.visibility,
    commit,
    rendering: result.kind === 'rendered' ? result.rendering.id : null,
    settings: canonicalSettings(environment),
    asked,
    gate,
    confirmations: confirmationsIn(comments),
    pullRequest: pull === null ? null : { number: pull.number, author: pull.author },
    carries: await stillCarried(wish, ports.records),
    departure: await lastingDeparture(wish, ports),
    at: isoTime(ports.clock.now()),
  };
  if (await isWrittenOver(wish, ports)) return 'overtaken';

  const isNews = asked.kind === 'push' && changed;
  // Said before `saveDesired` lets a worker begin: "pending" must never be written over its verdict. Also where a verdict
  // stands, if somebody asked for a `/sync`; once, for the same may run again when its release has ended.
  const isUnsaid = (said: CommitStatus | null): boolean => said === null || saysNotBegun(said);
  const isPromised = isNews && isUnsaid(standing) && isUnsaid(await standingNow(wish, standing, ports));
  if ((wish.asked.kind === 'sync' && !isSyncedAlready(wish)) || isPromised) {
    await ports.forge.setStatus(repository, commit, presentPending(name, gate, url));
  }
  const syncedAt = asked.kind === 'sync' ? asked.at : null;
  await leaveSyncReply(wish.previous, { commit, syncedAt, withheld: null }, ports);
  // Saying it took requests to GitHub.
  if (await isWrittenOver(wish, ports)) return 'overtaken';
  await ports.records.saveDesired(desired);
  context.log.debug('desired written', { environment: name, commit, asked: asked.kind, gate: gate.kind });
  if (wish.asked.kind === 'sync' || isNews) {
    const overtaken = (targetUrl: string | null) => presentOvertaken(name, commit, targetUrl);
    await tellOlder(wish, history.slice(1), overtaken, ports);
    // A little later: the release that is asked for below says more, mostly within a second.
    const present = { kind: 'present-pull-request', repository } as const;
    if (pull !== null) await ports.queue.ask({ ...present, number: pull.number }, { delayMs: 1_500 });
  }
  await ports.queue.ask({
    kind: 'converge-environment',
    repository,
    environment: name,
    cluster: environment.cluster,
  });
  await askForOrphans(desired, ports);
  if (desired.rendering === null) return { kind: 'refused', commit, reason: `there is nothing at ${environment.path}` };
  return gate.kind === 'open' ? { kind: 'converging', commit } : { kind: 'waiting', commit, reason: gate.reason };
}

const observed = 'mode is observe, nothing is released';

/**
 * Why the operator, or what the commit renders, lets nothing be released, as the commit says it; null: nothing is in the
 * way. A chart that waits for what its cluster serves asks for that, and to be tried again then.
 */
async function refusalOf(
  { reading, environment, asked, before }: Wish,
  result: RenderResult,
  url: string,
  { clusters, queue }: DesirePorts,
): Promise<CommitStatus | null> {
  const { repository, defaultBranch } = reading.facts;
  const allowance = allowanceFor(clusters, { repository, environment, defaultBranch });
  if (allowance.kind === 'denied') return presentDenied(environment.name, allowance.reason, url);
  if (result.kind !== 'refused') return null;
  if (result.awaits === undefined) return presentUnrendered(environment.name, result.problems, url);
  const { branch } = environment.follow;
  const by = asked.kind === 'sweep' ? 'sweep' : 'push';
  const afterwards = { kind: 'fan-out-push', repository, branch, asked: by, before } as const;
  await queue.ask({ kind: 'tell-cluster-facts', cluster: result.awaits, afterwards });
  const reason = result.problems.map(({ message }) => message).join(' ');
  return presentPending(environment.name, { kind: 'waiting', reason }, url);
}

/** Whether this very `/sync` was written down: what it promises was said before. */
function isSyncedAlready({ asked, commit, previous }: Wish): boolean {
  if (asked.kind !== 'sync' || previous?.kind !== 'wanted' || previous.asked.kind !== 'sync') return false;
  return previous.commit === commit && previous.asked.at === asked.at;
}

/** What stands on the commit at the time of writing: where it was desired already, its release may have ended since. */
async function standingNow(
  { reading, environment, commit, previous }: Wish,
  standing: CommitStatus | null,
  { afresh }: SharingPorts,
): Promise<CommitStatus | null> {
  if (previous?.commit !== commit) return standing;
  return ownStatus({ repository: reading.facts.repository, commit, environment: environment.name }, afresh);
}

/** What brought the commit, with all that Fairlead wrote there. */
async function mergedPullRequest(
  { reading, commit, environment }: Wish,
  { forge }: DesirePorts,
): Promise<Pick<Story, 'pull' | 'comments'>> {
  const pulls = await forge.pullRequestsOf(reading.facts.repository, commit);
  const pull = mergedAs(
    commit,
    pulls.filter(({ base }) => base.ref === environment.follow.branch),
  );
  return { pull, comments: pull === null ? [] : await ownComments(pull, forge) };
}
