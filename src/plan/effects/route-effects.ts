import type { Effect } from '../../domain/effect.ts';
import type { Judgement } from '../judgement.ts';
import { backendsOf, carriesHosts, hostsOf } from './backends.ts';

/** Where traffic comes in, and where an Ingress or a route sends it: what goes and what comes. */
export function routeEffects({ action, before, after }: Judgement): readonly Effect[] {
  if (before === null || !carriesHosts(before)) return [];
  if (action === 'delete') return [{ kind: 'ends-traffic' }];
  if ((action !== 'update' && action !== 'replace') || after === null) return [];
  const [old, next] = [hostsOf(before), hostsOf(after)];
  const gone = old.filter((host) => !next.includes(host));
  const come = next.filter((host) => !old.includes(host));
  const effects: Effect[] = [];
  if (gone.length + come.length > 0) effects.push({ kind: 'moves-hosts', gone, come });
  // With the hosts go and come their paths: they are told by the host.
  const moves = movedBackends(backendsOf(before), backendsOf(after)).filter(
    ({ where, from, to }) => !(from === null ? come : to === null ? gone : []).some((host) => where.startsWith(host)),
  );
  if (moves.length > 0) effects.push({ kind: 'moves-backends', moves });
  return effects;
}

function movedBackends(
  old: ReadonlyMap<string, string>,
  next: ReadonlyMap<string, string>,
): readonly { readonly where: string; readonly from: string | null; readonly to: string | null }[] {
  const places = new Set([...old.keys(), ...next.keys()]);
  return [...places].flatMap((where) => {
    const [from, to] = [old.get(where) ?? null, next.get(where) ?? null];
    return from === to ? [] : [{ where, from, to }];
  });
}
