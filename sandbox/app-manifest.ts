import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

const manifest = z.object({
  default_permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])),
  default_events: z.array(z.string()),
});

/** What the GitHub App asks for, as `app.yml` says it: the local GitHub grants no more. */
export type AppManifest = z.infer<typeof manifest>;

export function readAppManifest(): AppManifest {
  return manifest.parse(load(readFileSync(path.join(import.meta.dirname, '../app.yml'), 'utf8')));
}
