/** What `/metrics` shows. Labels are few and bounded: never a repository's or a person's name. */
export interface Metrics {
  jobFinished(kind: string, outcome: 'done' | 'retried' | 'failed', seconds: number): void;
  /** From the rendering at hand to the finished plan. */
  planned(cluster: string, objects: number, seconds: number): void;
  /** From the first write to the verdict. */
  released(cluster: string, verdict: 'converged' | 'diverged', seconds: number): void;
  requestFinished(api: 'github' | 'kubernetes', outcome: string, seconds: number): void;
}
