import type { Environment } from '../../domain/environment.ts';
import { saysOrphaned } from '../../domain/own-status.ts';
import type { Asked, Wanted } from '../../domain/release.ts';
import { placeOf } from '../../domain/rendering.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { Statuses } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';
import type { Records } from '../../ports/records.ts';
import type { Renderer } from '../../ports/renderer.ts';
import { renderCommit } from '../repository/render-commit.ts';
import { ownStatus } from '../said/own-status.ts';

export interface GateQuestion {
  readonly repository: Repository;
  readonly environment: Environment;
  /** All of the settings: those that it comes after are among them. */
  readonly environments: readonly Environment[];
  readonly commit: CommitId;
  /** First-parent history from `commit`, newest first: how far back a verdict is looked for. */
  readonly history: readonly CommitId[];
  readonly asked: Asked;
}

export interface GatePorts {
  readonly forge: Pick<Statuses, 'statuses'>;
  readonly git: Pick<Git, 'tree'>;
  readonly renderer: Renderer;
  readonly records: Pick<Records, 'report'>;
}

/** Whether a release may begin as far as forge can tell: its mode, and the environments that it comes after. */
export async function decideGate(question: GateQuestion, ports: GatePorts): Promise<Wanted['gate']> {
  const { mode, after } = question.environment;
  if (mode === 'manual' && question.asked.kind !== 'sync') {
    return { kind: 'waiting', reason: 'mode is manual, /sync releases it' };
  }
  for (const name of after) {
    const reason = await whyWaiting(name, question, ports);
    if (reason !== null) return { kind: 'waiting', reason };
  }
  return { kind: 'open' };
}

/**
 * null: the other environment converged on this commit, or on an earlier one where it renders the same. Where it diverged
 * on what the commit renders nothing more comes of it by itself, and whoever waits is told what to do.
 */
async function whyWaiting(name: string, question: GateQuestion, ports: GatePorts): Promise<string | null> {
  const yet = `${name} has not converged on it yet`;
  const other = question.environments.find((environment) => environment.name === name);
  if (other === undefined) return yet;
  const report = await ports.records.report(question.repository, name);
  if (report?.state.kind === 'diverged' && (await rendersSame(other, report.commit, question, ports))) {
    return `${name} diverged at ${report.commit.slice(0, 7)}: mend ${name}, or revert`;
  }
  // `unchanged` says that what the commit renders had converged before.
  const converged =
    report?.state.kind === 'converged' || report?.state.kind === 'unchanged'
      ? report.commit
      : await lastConverged(other.name, question, ports);
  return converged !== null && (await rendersSame(other, converged, question, ports)) ? null : yet;
}

async function rendersSame(
  other: Environment,
  at: CommitId,
  { repository, commit }: GateQuestion,
  ports: GatePorts,
): Promise<boolean> {
  if (at === commit) return true;
  const there = await renderCommit({ repository, commit: at, ...placeOf(other) }, ports);
  const here = await renderCommit({ repository, commit, ...placeOf(other) }, ports);
  return there.kind === 'rendered' && here.kind === 'rendered' && there.rendering.id === here.rendering.id;
}

/** The newest commit on which the environment has a status, if that says success. */
async function lastConverged(
  environment: string,
  { repository, history }: GateQuestion,
  { forge }: GatePorts,
): Promise<CommitId | null> {
  for (const commit of history) {
    const status = await ownStatus({ repository, commit, environment }, forge);
    // That it was removed says nothing of what had converged before.
    if (status !== null) return status.state === 'success' && !saysOrphaned(status) ? commit : null;
  }
  return null;
}
