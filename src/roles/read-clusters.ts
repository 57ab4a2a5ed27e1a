import { readFileSync } from 'node:fs';
import type { Config } from '../config.ts';
import type { ClusterEntry } from '../domain/allowance.ts';
import { originText } from '../domain/manifest.ts';
import { parseOperatorFile } from '../plan/settings/operator-file.ts';
import { StartProblems } from './start-problems.ts';

/** The clusters of the operator's file. Throws `StartProblems` where it cannot be read, or lacks one that is to be served. */
export function readClusters(config: Config): readonly ClusterEntry[] {
  if (config.clustersFile === null) return [];
  let text: string;
  try {
    text = readFileSync(config.clustersFile, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartProblems([`FAIRLEAD_CLUSTERS cannot be read: ${why}`]);
  }
  const parsed = parseOperatorFile(text, config.clustersFile);
  if (parsed.kind === 'problems') {
    throw new StartProblems(
      parsed.problems.map(({ file, line, path, message }) =>
        [file === null ? null : originText({ file, line }), path, message].join(': '),
      ),
    );
  }
  const names = parsed.clusters.map(({ name }) => name);
  const unknown = (config.cluster?.serve ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new StartProblems([
      `FAIRLEAD_SERVE names ${unknown.join(', ')}, and the operator’s file only ${names.join(', ')}`,
    ]);
  }
  return parsed.clusters;
}

/** The clusters that this very process speaks to. */
export function servedClusters(config: Config, clusters: readonly ClusterEntry[]): readonly ClusterEntry[] {
  if (config.cluster === null) return [];
  const { serve } = config.cluster;
  return serve === null ? clusters : clusters.filter(({ name }) => serve.includes(name));
}
