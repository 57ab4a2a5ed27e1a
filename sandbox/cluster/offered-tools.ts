import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { PinnedTool, Tool } from './tool-modules.ts';

/** What asks each program for its version. Others (kwok, kustomize, helm) are no part of envtest's assets. */
const versionArguments: Partial<Record<Tool, readonly string[]>> = {
  etcd: ['--version'],
  'kube-apiserver': ['--version'],
  'kube-controller-manager': ['--version'],
  'kube-scheduler': ['--version'],
  kubectl: ['version', '--client'],
};

/**
 * The programs in the folder that `KUBEBUILDER_ASSETS` names (controller-runtime's envtest), as far as they have the
 * pinned minor version: what is predicted and what is released must meet the same server everywhere.
 */
export function offeredTools(
  folder: string | undefined,
  wanted: readonly PinnedTool[],
  say: (line: string) => void,
): ReadonlyMap<Tool, string> {
  const found = new Map<Tool, string>();
  if (folder === undefined || folder === '') return found;
  for (const { tool, version } of wanted) {
    if (version === null) continue;
    const file = path.join(folder, tool);
    const offered = versionOf(tool, file);
    if (offered === undefined) continue;
    if (minorOf(offered) === minorOf(version)) found.set(tool, file);
    const verdict = found.has(tool) ? 'used' : `not used, ${minorOf(version)} is wanted`;
    say(`KUBEBUILDER_ASSETS has ${tool} ${offered}: ${verdict}`);
  }
  if (found.size === 0) say(`KUBEBUILDER_ASSETS (${folder}) has nothing of what is asked for`);
  return found;
}

function versionOf(tool: Tool, file: string): string | undefined {
  const args = versionArguments[tool];
  if (args === undefined) return undefined;
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return undefined;
  }
  try {
    const said = execFileSync(file, args, { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'pipe'] });
    return said.match(/v?(\d+\.\d+\.\d+)/)?.[1] ?? 'of no known version';
  } catch {
    return 'that cannot be run';
  }
}

function minorOf(version: string): string {
  return version.replace(/^v/, '').split('.').slice(0, 2).join('.');
}
