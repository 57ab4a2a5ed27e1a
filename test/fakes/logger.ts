import type { Logger } from '../../src/ports/logger.ts';

/** Says nothing. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps what is said, with the fields of its ancestors. */
export function keepingLogger(
  lines: LogLine[] = [],
  own: Readonly<Record<string, unknown>> = {},
): Logger & { readonly lines: readonly LogLine[] } {
  const say =
    (level: LogLine['level']) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      lines.push({ level, message, fields: { ...own, ...fields } });
    };
  return {
    lines,
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: (fields) => keepingLogger(lines, { ...own, ...fields }),
  };
}
