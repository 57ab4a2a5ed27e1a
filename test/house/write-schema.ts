import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsSchema } from '../../src/plan/settings/settings-schema.ts';

/** `npm run schema`: writes `fairlead.schema.json` anew. */
export const schemaFile = join(import.meta.dirname, '../../fairlead.schema.json');

export function schemaText(): string {
  return `${JSON.stringify(settingsSchema(), null, 2)}\n`;
}

if (import.meta.main) writeFileSync(schemaFile, schemaText());
