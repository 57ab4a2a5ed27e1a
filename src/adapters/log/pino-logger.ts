import { type Logger as Pino, pino } from 'pino';
import type { Logger } from '../../ports/logger.ts';
import { readableLine } from './readable-line.ts';
import { scrub } from './scrub.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `json`: one object for each line. `pretty`: for people. */
  readonly format: 'json' | 'pretty';
  /** Where lines go, each with its line break. */
  readonly write: (line: string) => void;
}

// Members that hold credentials by their name, wherever they stand in what is logged (two levels are looked at).
const hidden = ['authorization', 'token', 'password', 'secret', 'privateKey', 'data', 'stringData'];

/** Lines of JSON with `level` as a word, `time` in ISO 8601, `msg`, and errors with their whole chain of causes. */
export function pinoLogger({ level, format, write }: LoggerOptions): Logger {
  return wrap(
    pino(
      {
        level,
        base: null,
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        serializers: { error: describeError },
        redact: { paths: hidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
      },
      {
        write: (line: string) => {
          const clean = scrub(line);
          write(format === 'json' ? clean : readableLine(clean));
        },
      },
    ),
  );
}

function wrap(log: Pino): Logger {
  return {
    debug: (message, fields = {}) => log.debug(fields, message),
    info: (message, fields = {}) => log.info(fields, message),
    warn: (message, fields = {}) => log.warn(fields, message),
    error: (message, fields = {}) => log.error(fields, message),
    child: (fields) => wrap(log.child(fields)),
  };
}

interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly subject?: string;
  readonly stack: readonly string[];
  readonly cause?: unknown;
}

// Named members only: errors of HTTP clients carry whole requests, with their credentials.
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const described: DescribedError = {
    name: error.name,
    message: error.message,
    ...('code' in error ? { code: String(error.code) } : {}),
    ...('subject' in error ? { subject: String(error.subject) } : {}),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 12)
      .map((line) => line.trim()),
    ...(error.cause === null || error.cause === undefined || depth > 8
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
  return described;
}
