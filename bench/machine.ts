import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import path from 'node:path';
import type { SandboxCluster } from '../sandbox/cluster/cluster.ts';
import type { Machine } from './report.ts';

/** What the numbers were measured on. */
export async function describeMachine({ admin }: SandboxCluster): Promise<Machine> {
  const { body } = await admin.request('GET', '/version');
  const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8'));
  return {
    Fairlead: version,
    Kubernetes: (body as { readonly gitVersion: string }).gitVersion,
    'Node.js': process.version,
    CPU: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
  };
}
