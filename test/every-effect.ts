import { type Effect, effectKinds } from '../src/domain/effect.ts';
import type { Identity } from '../src/domain/manifest.ts';

/** One effect of each kind, with whatever texts, and names of objects, a test wants in it. */
export function everyEffect(text: () => string, named: () => string = text): readonly Effect[] {
  const object = (kind: string): Identity => ({ group: '', kind, namespace: 'shop', name: named() });
  const claims = { fate: 'deleted', count: 12, names: [named(), named()] } as const;
  const one: { readonly [K in Effect['kind']]: Extract<Effect, { readonly kind: K }> } = {
    'restarts-pods': { kind: 'restarts-pods', pods: 3, manner: 'at-once' },
    'restarts-later': { kind: 'restarts-later', until: 'next-run' },
    'restarts-nothing': { kind: 'restarts-nothing', workloads: [object('Deployment')] },
    'stops-pods': { kind: 'stops-pods', pods: null, by: 'deletion' },
    scales: { kind: 'scales', from: 3, to: 1, back: false, dropped: true },
    'sets-replicas': { kind: 'sets-replicas', from: null, to: 1, autoscaler: object('HorizontalPodAutoscaler') },
    'moves-image': { kind: 'moves-image', containers: [text()], from: text(), to: text() },
    'runs-moving-tag': { kind: 'runs-moving-tag', images: [text()] },
    'deletes-data': { kind: 'deletes-data', claims },
    'leaves-volume': { kind: 'leaves-volume' },
    'keeps-claims': { kind: 'keeps-claims', claims: { ...claims, fate: 'kept' }, all: true },
    'renames-claims': { kind: 'renames-claims', gone: [text()], come: [text()] },
    'leaves-claims': { kind: 'leaves-claims', templates: [text()] },
    'deletes-namespace': { kind: 'deletes-namespace' },
    'deletes-kind': { kind: 'deletes-kind' },
    'drops-fields': { kind: 'drops-fields', of: 'Widget', fields: [text()], count: 3, whole: true },
    'leaves-without': { kind: 'leaves-without', workloads: [object('Deployment')] },
    'removes-key': { kind: 'removes-key', keys: [text()], workloads: [object('Deployment')] },
    'ends-traffic': { kind: 'ends-traffic' },
    'moves-selector': { kind: 'moves-selector', from: text(), to: text() },
    'changes-ports': {
      kind: 'changes-ports',
      closes: [text()],
      opens: [text()],
      moves: [{ port: text(), from: text(), to: text() }],
    },
    'selects-nothing': { kind: 'selects-nothing' },
    'leaves-services': { kind: 'leaves-services', services: [object('Service')] },
    'moves-hosts': { kind: 'moves-hosts', gone: [text()], come: [text()] },
    'moves-backends': {
      kind: 'moves-backends',
      moves: [
        { where: text(), from: text(), to: null },
        { where: text(), from: null, to: text() },
      ],
    },
    'ends-exposure': { kind: 'ends-exposure', type: 'LoadBalancer' },
    lacks: { kind: 'lacks', objects: [object('Secret')] },
    exposes: { kind: 'exposes', type: 'NodePort' },
    grants: { kind: 'grants', rules: [text()], grave: true },
    binds: { kind: 'binds', subjects: [text()], role: text(), grave: false },
    'empowers-pods': { kind: 'empowers-pods', powers: [text()] },
    'mounts-token': { kind: 'mounts-token' },
    'opens-network': { kind: 'opens-network', rules: null },
    'blocks-evictions': {
      kind: 'blocks-evictions',
      budget: object('PodDisruptionBudget'),
      workloads: [object('Deployment')],
    },
    'frees-evictions': { kind: 'frees-evictions' },
  };
  return effectKinds.map((kind) => one[kind]);
}
