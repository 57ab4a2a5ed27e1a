import type { Effect, VolumeClaims } from '../../domain/effect.ts';
import { hasMovingTag, parseImage, registryOf } from '../../domain/image.ts';
import { type Identity, identityName } from '../../domain/manifest.ts';
import { count, list } from '../text/markdown.ts';
import { clip, clippedLine } from '../text/visible-text.ts';
import { joined, type Words } from '../text/words.ts';

/** How many of several things are named. */
const named = 3;

/** One object's effect, after its name: `restarts 3 pods`. */
export function effectWords(effect: Effect): Words {
  switch (effect.kind) {
    case 'restarts-pods':
      return [`restarts ${podsText(effect.pods)}${effect.manner === 'at-once' ? ', all at once, with a gap' : ''}`];
    case 'restarts-later':
      return [laterText(effect.until)];
    case 'restarts-nothing':
      return [`pods that read it are not restarted by this change (${names(effect.workloads)})`];
    case 'stops-pods':
      if (effect.by === 'scaling') return [`stops its pods (scales ${effect.pods ?? 'them'} → 0)`];
      return [`stops ${podsText(effect.pods)}${effect.by === 'replacement' ? ', then starts anew' : ''}`];
    case 'scales': {
      const what = `scales ${effect.back ? 'back ' : ''}${effect.from === null ? 'to' : `${effect.from} →`} ${effect.to}`;
      return [effect.dropped ? `${what}, the default, for Git no longer says how many` : what];
    }
    case 'sets-replicas': {
      const what = `sets replicas ${effect.from === null ? 'to' : `${effect.from} →`} ${effect.to}`;
      return [`${what}, until ${identityName(effect.autoscaler)} sets them again`];
    }
    case 'moves-image':
      return imageWords(effect);
    case 'runs-moving-tag':
      return ['runs ', ...codes(effect.images), ', which may be another image at the next start'];
    case 'deletes-data':
      return [effect.claims === null ? 'deletes its data' : lostText(effect.claims)];
    case 'leaves-volume':
      return ['its data stays on the volume, which is retained'];
    case 'keeps-claims':
      return [keptText(effect.claims, effect.all)];
    case 'renames-claims': {
      const come: Words =
        effect.come.length === 0 ? [] : [', and its pods start with empty claims of ', ...codes(effect.come)];
      return ['⚠️ its data stays behind in claims of ', ...codes(effect.gone), ...come];
    }
    case 'leaves-claims':
      return ['claims that exist stay as they are, whatever template ', ...codes(effect.templates), ' says now'];
    case 'deletes-namespace':
      return ['deletes everything in it'];
    case 'deletes-kind':
      return ['deletes every object of its kind'];
    case 'drops-fields': {
      const objects = effect.whole
        ? count(effect.count, `object of kind ${effect.of}`, `objects of kind ${effect.of}`)
        : `objects of kind ${effect.of}`;
      return ['⚠️ drops ', ...codes(effect.fields), ` of ${objects}`];
    }
    case 'leaves-without':
      return [`⚠️ ${names(effect.workloads)} still ${effect.workloads.length === 1 ? 'refers' : 'refer'} to it`];
    case 'removes-key':
      return ['⚠️ new pods of ', names(effect.workloads), ' do not start without ', ...codes(effect.keys)];
    case 'ends-traffic':
      return ['ends the traffic that it carries'];
    case 'moves-selector':
      return ['sends its traffic to other pods: ', selector(effect.from), ' → ', selector(effect.to)];
    case 'changes-ports':
      return portsWords(effect);
    case 'selects-nothing':
      return ['⚠️ selects no pods, neither of this environment nor others that live'];
    case 'leaves-services':
      return [`⚠️ ${names(effect.services)} no longer ${effect.services.length === 1 ? 'selects' : 'select'} its pods`];
    case 'moves-hosts':
      return hostsWords(effect);
    case 'moves-backends':
      return joined(
        [
          ...effect.moves.slice(0, named).map(backendWords),
          ...more(effect.moves.length - named, 'more path').map((text): Words => [text]),
        ],
        ', ',
      );
    case 'ends-exposure':
      return [
        effect.type === 'LoadBalancer'
          ? 'gives up its load balancer: not reachable from outside any more'
          : 'gives up its port on every node: not reachable from outside any more',
      ];
    case 'lacks':
      return [`⚠️ needs ${names(effect.objects)}, neither in this environment nor in the cluster`];
    case 'exposes':
      return [
        effect.type === 'LoadBalancer'
          ? 'makes it reachable from outside the cluster, by a load balancer'
          : 'makes it reachable from outside the cluster, by a port on every node',
      ];
    case 'grants':
      return [effect.grave ? '⚠️ allows to ' : 'allows to ', ...codes(effect.rules)];
    case 'binds':
      return [effect.grave ? '⚠️ gives ' : 'gives ', { code: short(effect.role) }, ' to ', ...codes(effect.subjects)];
    case 'empowers-pods':
      return ['⚠️ gives its pods ', ...codes(effect.powers)];
    case 'mounts-token':
      return ['gives pods a token of their ServiceAccount'];
    case 'opens-network':
      if (effect.rules === null) return ['no longer restricts the traffic of the pods that it selected'];
      return [`allows more traffic (${count(effect.rules, 'new rule')})`];
    case 'blocks-evictions':
      return [
        `${identityName(effect.budget)} then allows no disruption of ${names(effect.workloads)}: node drains wait`,
      ];
    case 'frees-evictions':
      return ['its pods may all be evicted at once'];
  }
}

function podsText(pods: number | null): string {
  return pods === null ? 'its pods' : count(pods, 'pod');
}

function laterText(until: Extract<Effect, { readonly kind: 'restarts-later' }>['until']): string {
  switch (until) {
    case 'deleted':
      return 'restarts no pod until somebody deletes it (OnDelete)';
    case 'resumed':
      return 'restarts no pod until it is resumed (it is paused)';
    case 'next-run':
      return 'from its next run on';
  }
}

// The same repository at another tag is told by the tag alone, the same tag with other content by the digest.
function imageWords({ containers, from, to }: Extract<Effect, { readonly kind: 'moves-image' }>): Words {
  const [old, next] = [parseImage(from), parseImage(to)];
  const where = containers.length > 1 ? ` of ${count(containers.length, 'container')}` : '';
  const note = hasMovingTag(to) ? ' (may be another image at the next start)' : '';
  const move = (left: string, right: string, after = ''): Words => [
    `image${where} `,
    { code: left },
    ' → ',
    { code: right },
    ...[note, after].filter((part) => part !== ''),
  ];
  if (old.repository !== next.repository || old.repository === from || next.repository === to) {
    // What is not shown is in brackets, and in no registry.
    const elsewhere = !from.startsWith('(') && registryOf(old) !== registryOf(next);
    return move(clip(from, 80), clip(to, 80), elsewhere ? ', from another registry' : '');
  }
  if (old.tag !== next.tag && old.tag !== null && next.tag !== null) {
    return move(clip(old.tag, 40), clip(next.tag, 40));
  }
  const version = ({ tag, digest }: typeof old): string => digest?.replace(/^(sha256:.{12}).*$/, '$1') ?? tag ?? '';
  const same = next.tag !== null && old.tag === next.tag ? ` under the same tag ${clip(next.tag, 40)}` : '';
  return move(clip(version(old), 40), clip(version(next), 40), same);
}

function lostText(claims: VolumeClaims): string {
  const what = claims.count === 1 ? 'a volume claim and its data' : `${claims.count} volume claims and their data`;
  return `deletes ${what} (${claimNames(claims)})`;
}

function keptText(claims: VolumeClaims, all: boolean): string {
  const what = claims.count === 1 ? 'volume claim stays' : `${claims.count} volume claims stay`;
  const whose = all ? 'its ' : claims.count === 1 ? 'a ' : '';
  return `${whose}${what} (${claimNames(claims)})`;
}

function claimNames(claims: VolumeClaims): string {
  const shown = claims.names.slice(0, named);
  const rest = claims.count - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${count(rest, 'more', 'more')}`;
}

function portsWords({ closes, opens, moves }: Extract<Effect, { readonly kind: 'changes-ports' }>): Words {
  const parts: Words[] = [];
  if (closes.length > 0) parts.push([`closes port${closes.length === 1 ? '' : 's'} `, ...codes(closes)]);
  if (opens.length > 0) parts.push([`opens port${opens.length === 1 ? '' : 's'} `, ...codes(opens)]);
  for (const { port, from, to } of moves.slice(0, named)) {
    parts.push(['port ', { code: port }, ' goes to ', { code: short(to) }, ' instead of ', { code: short(from) }]);
  }
  return joined([...parts, ...more(moves.length - named, 'more port').map((text): Words => [text])], ', ');
}

function hostsWords({ gone, come }: Extract<Effect, { readonly kind: 'moves-hosts' }>): Words {
  const host = (hosts: readonly string[]): string => (hosts.length === 1 ? 'host ' : 'hosts ');
  const goes: Words = gone.length === 0 ? [] : [host(gone), ...codes(gone), gone.length === 1 ? ' goes' : ' go'];
  const comes: Words = come.length === 0 ? [] : [host(come), ...codes(come), come.length === 1 ? ' comes' : ' come'];
  return joined(
    [goes, comes].filter((part) => part.length > 0),
    ', ',
  );
}

function backendWords({
  where,
  from,
  to,
}: Extract<Effect, { readonly kind: 'moves-backends' }>['moves'][number]): Words {
  const place: Words = [{ code: short(where) }];
  if (to === null) return [...place, ' goes'];
  return from === null
    ? [...place, ' comes, to ', { code: short(to) }]
    : [...place, ' goes to ', { code: short(to) }, ' instead of ', { code: short(from) }];
}

function selector(labels: string): Words[number] {
  return labels === '' ? 'none of its own' : { code: short(labels) };
}

function codes(texts: readonly string[]): Words {
  const shown = texts.slice(0, named).map((text): Words => [{ code: short(text) }]);
  return joined([...shown, ...more(texts.length - named, 'more', 'more').map((text): Words => [text])], ', ');
}

function more(rest: number, one: string, many?: string): readonly string[] {
  return rest > 0 ? [count(rest, one, many)] : [];
}

function short(text: string): string {
  return clippedLine(text, 80);
}

function names(identities: readonly Identity[]): string {
  return list(identities.map(identityName), named);
}
