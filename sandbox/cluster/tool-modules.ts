import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export type ControlPlaneTool = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok';
export type Tool = ControlPlaneTool | 'kubectl' | 'kustomize' | 'helm' | 'fairlead-jail';

/** A Go module from which programs are built: one beside this file whose `tool` directives pin them, or one of our own. */
export type ToolModule = {
  readonly name: 'kubernetes' | 'helm' | 'jail';
  /** Where its go.mod is. */
  readonly folder: string;
  readonly buildFlags: readonly string[];
  /** Where its programs are once built. The name holds a checksum of all that they are made of. */
  readonly built: string;
  readonly tools: readonly PinnedTool[];
  /** With nothing cached, for people who wait. */
  readonly takes: string;
};

export type PinnedTool = {
  readonly tool: Tool;
  readonly package: string;
  /** As pinned in go.mod, with the `v`; null: it is of this repository, and as old as that. */
  readonly version: string | null;
};

/** Helm has a module of its own: together with Kubernetes' it disagrees on `structured-merge-diff`. */
export function toolModules(): readonly ToolModule[] {
  return [
    toolModule('kubernetes', kubernetesVersionFlags, [
      { tool: 'etcd', package: 'go.etcd.io/etcd/server/v3', module: 'go.etcd.io/etcd/server/v3' },
      kubernetesTool('kube-apiserver'),
      kubernetesTool('kube-controller-manager'),
      kubernetesTool('kube-scheduler'),
      kubernetesTool('kubectl'),
      { tool: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok', module: 'sigs.k8s.io/kwok' },
      {
        tool: 'kustomize',
        package: 'sigs.k8s.io/kustomize/kustomize/v5',
        module: 'sigs.k8s.io/kustomize/kustomize/v5',
      },
    ]),
    toolModule('helm', () => '', [{ tool: 'helm', package: 'helm.sh/helm/v4/cmd/helm', module: 'helm.sh/helm/v4' }]),
    jailModule(path.join(import.meta.dirname, '../../src/adapters/render/jail')),
  ];
}

type Pin = { readonly tool: Tool; readonly package: string; readonly module: string };

const kubernetes = 'k8s.io/kubernetes';

function kubernetesTool(tool: Tool): Pin {
  return { tool, package: `${kubernetes}/cmd/${tool}`, module: kubernetes };
}

function toolModule(
  name: ToolModule['name'],
  linkerFlags: (goMod: string) => string,
  pins: readonly Pin[],
): ToolModule {
  const folder = path.join(import.meta.dirname, 'tools', name);
  const goMod = readFileSync(path.join(folder, 'go.mod'), 'utf8');
  const goSum = readFileSync(path.join(folder, 'go.sum'), 'utf8');
  const buildFlags = ['-trimpath', '-ldflags', `-s -w ${linkerFlags(goMod)}`.trim()];
  return {
    name,
    folder,
    buildFlags,
    built: builtFolder(name, [goMod, goSum, buildFlags]),
    tools: pins.map((pin) => ({ tool: pin.tool, package: pin.package, version: pinned(goMod, pin.module) })),
    takes: 'about 8 minutes on two cores, for all of them',
  };
}

/** What Fairlead itself starts the renderers with: of the standard library alone, so that nothing is downloaded for it. */
export function jailModule(folder: string): ToolModule {
  const buildFlags = ['-trimpath', '-ldflags', '-s -w'];
  const sources = globSync(['go.mod', '*.go'], { cwd: folder }).toSorted();
  const madeOf = sources.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]);
  return {
    name: 'jail',
    folder,
    buildFlags,
    built: builtFolder('jail', [madeOf, buildFlags]),
    tools: [{ tool: 'fairlead-jail', package: 'fairlead-jail', version: null }],
    takes: 'less than a minute',
  };
}

function builtFolder(name: ToolModule['name'], madeOf: readonly unknown[]): string {
  const all = JSON.stringify([...madeOf, process.platform, process.arch]);
  return path.join(cacheFolder(), `${name}-${createHash('sha256').update(all).digest('hex').slice(0, 16)}`);
}

/** Without these the server calls itself v0.0.0, and clients take it for one of long ago. */
function kubernetesVersionFlags(goMod: string): string {
  const version = pinned(goMod, kubernetes);
  const [major, minor] = version.slice(1).split('.');
  const set = (name: string, value: string | undefined) => `-X k8s.io/component-base/version.${name}=${value}`;
  return [set('gitVersion', version), set('gitMajor', major), set('gitMinor', minor)].join(' ');
}

function pinned(goMod: string, module: string): string {
  const version = goMod.match(new RegExp(`^(?:require)?\\s*${module.replaceAll('.', '\\.')} (v\\S+)`, 'm'))?.[1];
  if (version === undefined) throw new Error(`go.mod does not require ${module}`);
  return version;
}

function cacheFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  return path.join(cache, 'fairlead');
}
