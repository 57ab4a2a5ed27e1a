import path from 'node:path';
import { provideTools } from '../../../../sandbox/cluster/provide-tools.ts';
import { findHelm } from '../../../../src/adapters/render/helm/find-helm.ts';
import type { ClusterFacts } from '../../../../src/domain/cluster-facts.ts';
import type { ChartOptions, RenderResult } from '../../../../src/domain/rendering.ts';
import { jailHere } from '../jail/jails.ts';
import { startRenderingWorld } from '../rendering-world.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Charts in a real repository, rendered by the real helm for a cluster that said what it is. */
export interface ChartWorld {
  facts: ClusterFacts | null;
  /** Renders `deploy`, with `deploy/Chart.yaml` where the files hold none. */
  render(files: Files, chart?: Partial<ChartOptions>): Promise<RenderResult>;
  leftBehind(): readonly string[];
  close(): Promise<void>;
}

export const aCluster: ClusterFacts = {
  cluster: 'staging',
  version: 'v1.36.3',
  apis: ['apps/v1', 'apps/v1/Deployment', 'batch/v1', 'batch/v1/Job', 'v1', 'v1/ConfigMap'],
};

export const chartYaml = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n';

export async function startChartWorld(): Promise<ChartWorld> {
  const tools = await provideTools(() => undefined);
  const environment = { PATH: `${path.dirname(tools.helm)}:${process.env['PATH'] ?? ''}` };
  const helm = await findHelm(environment, await jailHere());
  if (helm === null) throw new Error('no helm');
  const facts = () => Promise.resolve(world.facts);
  const rendering = await startRenderingWorld(null, { helm, facts });
  const options: ChartOptions = { cluster: 'staging', release: 'web', namespace: 'shop', values: [] };
  const world: ChartWorld = {
    facts: aCluster,
    render: (files, chart = {}) =>
      rendering.renderTree(rendering.tree({ 'deploy/Chart.yaml': chartYaml, ...files }), 'deploy', {
        ...options,
        ...chart,
      }),
    leftBehind: () => rendering.leftBehind(),
    close: () => rendering.close(),
  };
  return world;
}
