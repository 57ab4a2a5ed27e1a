import { randomUUID } from 'node:crypto';
import process from 'node:process';

/**
 * Where one more local GitHub writes down what it was asked; null: nobody counts. `FAIRLEAD_FORGE_RECORD` is set by who
 * does: what the name of each record begins with.
 */
export function forgeRecordFile(): string | null {
  const prefix = process.env['FAIRLEAD_FORGE_RECORD'];
  return prefix === undefined ? null : `${prefix}.${randomUUID()}`;
}
