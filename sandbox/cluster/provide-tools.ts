import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildTools } from './build-tools.ts';
import { offeredTools } from './offered-tools.ts';
import { type Tool, toolModules } from './tool-modules.ts';

/** Absolute paths of the programs. */
export type Tools = Readonly<Record<Tool, string>>;

let provided: Promise<Tools> | undefined;

/**
 * Finds the programs of the sandbox, and builds what is nowhere: first in the folder of `KUBEBUILDER_ASSETS`, then in
 * `${XDG_CACHE_HOME:-~/.cache}/fairlead/`. Asked again, the same process gets the same answer.
 */
export function provideTools(say: (line: string) => void): Promise<Tools> {
  provided ??= findOrBuild(say);
  return provided;
}

async function findOrBuild(say: (line: string) => void): Promise<Tools> {
  const modules = toolModules();
  const pins = modules.flatMap(({ tools }) => tools);
  const paths = new Map(offeredTools(process.env['KUBEBUILDER_ASSETS'], pins, say));
  for (const module of modules) {
    const wanted = module.tools.filter(({ tool }) => !paths.has(tool));
    for (const { tool } of wanted) paths.set(tool, path.join(module.built, tool));
    const missing = wanted.filter(({ tool }) => !existsSync(path.join(module.built, tool)));
    if (missing.length > 0) await buildTools({ ...module, tools: missing }, say);
  }
  const of = (tool: Tool): string => paths.get(tool) ?? fail(tool);
  return {
    etcd: of('etcd'),
    'kube-apiserver': of('kube-apiserver'),
    'kube-controller-manager': of('kube-controller-manager'),
    'kube-scheduler': of('kube-scheduler'),
    kwok: of('kwok'),
    kubectl: of('kubectl'),
    kustomize: of('kustomize'),
    helm: of('helm'),
    'fairlead-jail': of('fairlead-jail'),
  };
}

function fail(tool: Tool): never {
  throw new Error(`${tool} is pinned by no module`);
}
