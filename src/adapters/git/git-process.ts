import { Failure } from '../../domain/failure.ts';
import { type RunEnd, runBounded } from '../process/run-bounded.ts';

/** One git command on one repository. */
export interface GitCommand {
  /** `owner/name`, for failures. */
  readonly subject: string;
  readonly args: readonly string[];
  /** A bare repository; named by `GIT_DIR`, so that git looks for none of its own accord. */
  readonly gitDir: string;
  /** `PATH`, and what the operator's network needs (`https_proxy`, `GIT_SSL_CAINFO`). */
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Configuration for this command alone, handed over by environment: it may hold credentials. */
  readonly config?: Readonly<Record<string, string>>;
  /** `GIT_ALLOW_PROTOCOL`; default: none, so that nothing local can ever reach out. */
  readonly protocols?: string;
  readonly deadlineMs?: number;
  readonly maxOutput?: number;
  /** Kills it when it aborts. */
  readonly stop?: AbortSignal;
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  /** In English; never holds credentials. */
  readonly stderr: string;
}

/**
 * Runs the `git` binary with nothing of the machine's or a person's configuration. A non-zero exit is an answer; what
 * breaks a bound is a `git-failed`.
 */
export async function runGit(command: GitCommand): Promise<GitAnswer> {
  const end = await runBounded({
    command: 'git',
    args: command.args,
    cwd: '/',
    environment: { ...command.environment, ...isolation, ...configEnvironment(command), GIT_DIR: command.gitDir },
    input: command.input ?? '',
    deadlineMs: command.deadlineMs ?? 60_000,
    maxOutput: command.maxOutput ?? 64 * 1024 * 1024,
    ...(command.stop === undefined ? {} : { stop: command.stop }),
  });
  if (end.kind === 'exited') return { code: end.code, stdout: end.stdout, stderr: withoutCredentials(end.stderr) };
  throw boundPassed(command, end);
}

const isolation = {
  HOME: '/nonexistent',
  XDG_CONFIG_HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  // A replace ref would show another content under a commit's name.
  GIT_NO_REPLACE_OBJECTS: '1',
  LC_ALL: 'C',
};

function configEnvironment(command: GitCommand): Record<string, string> {
  const config = Object.entries({
    'core.hooksPath': '/dev/null',
    'credential.helper': '',
    ...command.config,
  });
  const environment: Record<string, string> = {
    GIT_ALLOW_PROTOCOL: command.protocols ?? 'none',
    GIT_CONFIG_COUNT: String(config.length),
  };
  for (const [index, [key, value]] of config.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}

function boundPassed(command: GitCommand, end: Exclude<RunEnd, { readonly kind: 'exited' }>): Failure {
  const what = `git ${command.args[0] ?? ''}`;
  switch (end.kind) {
    case 'deadline':
      return gitFailure(command.subject, `${what} took too long`, { retryable: true });
    case 'output-limit':
      return new TooMuchOutput('git-failed', {
        subject: command.subject,
        message: `${what} gave more output than is allowed`,
        retryable: false,
        cause: undefined,
      });
    case 'killed':
      return gitFailure(command.subject, `${what} was ended by ${end.signal}`, { retryable: true });
    case 'not-started':
      return gitFailure(command.subject, `${what} could not be started`, { retryable: false, cause: end.cause });
  }
}

/** There was more on standard output than `maxOutput`. */
export class TooMuchOutput extends Failure {}

/** `git-failed`. `subject`: the repository it was about, `owner/name`; `message` is for the log. */
export function gitFailure(
  subject: string,
  message: string,
  details: { readonly retryable: boolean; readonly cause?: unknown },
): Failure {
  return new Failure('git-failed', { subject, message, retryable: details.retryable, cause: details.cause });
}

/** A remote's URL may carry a user and password; git quotes URLs in its complaints. */
function withoutCredentials(text: string): string {
  return text.replaceAll(/(https?:\/\/)[^/@\s]*@/g, '$1');
}
