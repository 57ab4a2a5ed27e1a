/** A line of the JSON log as a person reads it: time, level, message, then its fields; an error's stack below. */
export function readableLine(line: string): string {
  const { time, level, msg, error, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const at = typeof time === 'string' ? time.slice(11, 23) : '';
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${brief(value)}`);
  const head = [at, String(level).toUpperCase().padEnd(5), String(msg), ...shown].join(' ');
  return `${[head, ...errorLines(error)].join('\n')}\n`;
}

function brief(value: unknown): string {
  return typeof value === 'string' && !/[\s=]/.test(value) ? value : JSON.stringify(value);
}

function errorLines(error: unknown): readonly string[] {
  if (error === undefined) return [];
  if (typeof error !== 'object' || error === null) return [`    ${JSON.stringify(error)}`];
  const { message, stack, cause } = error as Readonly<Record<string, unknown>>;
  const frames = Array.isArray(stack) ? stack.map((frame) => `      ${String(frame)}`) : [];
  const causes = errorLines(cause);
  return [`    ${String(message)}`, ...frames, ...(causes.length === 0 ? [] : ['    caused by', ...causes])];
}
