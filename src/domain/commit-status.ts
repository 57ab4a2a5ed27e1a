/** What a commit's line on GitHub says about one environment. */
export interface CommitStatus {
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  /** At most 140 characters. */
  readonly description: string;
  readonly targetUrl: string | null;
}

/** The same, as a GitHub deployment says it. */
export interface DeploymentState {
  readonly environment: string;
  readonly state: 'pending' | 'in_progress' | 'success' | 'failure' | 'error';
  readonly description: string;
  readonly environmentUrl: string | null;
  readonly logUrl: string | null;
}
