import type { ClusterFacts } from '../../src/domain/cluster-facts.ts';
import { type Inspection, type PlanRecord, previewedBy } from '../../src/domain/inspection.ts';
import { type Json, parseJson, stringifyJson } from '../../src/domain/json.ts';
import type { Previewed } from '../../src/domain/merge-group.ts';
import type { OrphanCount } from '../../src/domain/orphaned.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Desired, ReleaseReport, Told } from '../../src/domain/release.ts';
import type { Rendering } from '../../src/domain/rendering.ts';
import type { Repository } from '../../src/domain/repository.ts';
import type { Records } from '../../src/ports/records.ts';

/** Records in memory, with the contract of the real ones (`test/contracts/records.ts`): what comes out went through JSON. */
export class FakeRecords implements Records {
  readonly #texts = new Map<string, string>();
  readonly #answers = new Map<number, readonly { readonly comment: number; readonly at: number }[]>();

  async rendering(id: string): Promise<Rendering | 'unrenderable' | null> {
    return this.#read<Rendering | 'unrenderable'>(`rendering ${id}`);
  }

  async saveRendering(rendering: Rendering): Promise<void> {
    this.#write(`rendering ${rendering.id}`, rendering);
  }

  async markUnrenderable(id: string): Promise<void> {
    this.#write(`rendering ${id}`, 'unrenderable');
  }

  async inspection(repository: Repository, of: Previewed): Promise<Inspection | null> {
    return this.#read<Inspection>(`inspection ${repository.id}#${of}`);
  }

  async saveInspection(inspection: Inspection): Promise<void> {
    this.#write(`inspection ${inspection.repository.id}#${previewedBy(inspection)}`, inspection);
  }

  async plan(repository: Repository, of: Previewed, environment: string): Promise<PlanRecord | null> {
    return this.#read<PlanRecord>(`plan ${repository.id}#${of}/${environment}`);
  }

  async savePlan(repository: Repository, of: Previewed, environment: string, plan: PlanRecord): Promise<void> {
    this.#write(`plan ${repository.id}#${of}/${environment}`, plan);
    if (plan.outcome.kind === 'planned') this.#write(`digest ${plan.outcome.plan.digest}`, plan.outcome.plan);
  }

  async planByDigest(digest: string): Promise<Plan | null> {
    return this.#read<Plan>(`digest ${digest}`);
  }

  async shownPlan(repository: Repository, number: number, environment: string): Promise<Plan | null> {
    const digest = this.#read<string>(`shown ${repository.id}#${number}/${environment}`);
    return digest === null ? null : await this.planByDigest(digest);
  }

  async saveShown(repository: Repository, number: number, environment: string, digest: string): Promise<void> {
    this.#write(`shown ${repository.id}#${number}/${environment}`, digest);
  }

  async desired(repository: Repository, environment: string): Promise<Desired | null> {
    return this.#read<Desired>(`desired ${repository.id}/${environment}`);
  }

  async saveDesired(desired: Desired): Promise<void> {
    this.#write(`desired ${desired.repository.id}/${desired.environment.name}`, desired);
  }

  async report(repository: Repository, environment: string): Promise<ReleaseReport | null> {
    return this.#read<ReleaseReport>(`report ${repository.id}/${environment}`);
  }

  async saveReport(report: ReleaseReport): Promise<void> {
    this.#write(`report ${report.repository.id}/${report.environment}`, report);
  }

  async told(repository: Repository, environment: string): Promise<Told | null> {
    return this.#read<Told>(`told ${repository.id}/${environment}`);
  }

  async saveTold(told: Told): Promise<void> {
    this.#write(`told ${told.report.repository.id}/${told.report.environment}`, told);
  }

  async orphanCount(repository: Repository, environment: string, cluster: string): Promise<OrphanCount | null> {
    return this.#read<OrphanCount>(`orphans ${repository.id}/${environment}@${cluster}`);
  }

  async saveOrphanCount(count: OrphanCount): Promise<void> {
    this.#write(`orphans ${count.repository.id}/${count.environment}@${count.cluster}`, count);
  }

  async clusterFacts(cluster: string): Promise<ClusterFacts | null> {
    return this.#read<ClusterFacts>(`cluster ${cluster}`);
  }

  async saveClusterFacts(facts: ClusterFacts): Promise<void> {
    this.#write(`cluster ${facts.cluster}`, facts);
  }

  async admitAnswer(...[installation, comment, bound]: Parameters<Records['admitAnswer']>): Promise<boolean> {
    const lately = (this.#answers.get(installation) ?? []).filter(({ at }) => at > bound.now - bound.withinMs);
    const isKnown = lately.some((one) => one.comment === comment);
    const isLet = isKnown || lately.length < bound.most;
    this.#answers.set(installation, isLet && !isKnown ? [...lately, { comment, at: bound.now }] : lately);
    return isLet;
  }

  /** As if Redis had been wiped. */
  clear(): void {
    this.#answers.clear();
    this.#texts.clear();
  }

  #write(key: string, value: unknown): void {
    this.#texts.set(key, stringifyJson(value as Json));
  }

  #read<T>(key: string): T | null {
    const text = this.#texts.get(key);
    return text === undefined ? null : (parseJson(text) as T);
  }
}
