import { type Effect, effectKinds, isGrave } from '../../domain/effect.ts';
import { type Change, isKeptBack } from '../../domain/plan.ts';
import { count } from '../text/markdown.ts';

export interface EffectSum {
  readonly words: string;
  readonly grave: boolean;
}

/** All effects of a plan's changes, counted, gravest first: `deletes a volume claim and its data, restarts 9 pods`. */
export function effectsInAll(changes: readonly Change[]): readonly EffectSum[] {
  const effects = Map.groupBy(
    changes.flatMap((change) => change.effects),
    ({ kind }) => kind,
  );
  const sums = effectKinds.flatMap((kind) => {
    const found = effects.get(kind) ?? [];
    const [grave, light] = [found.filter(isGrave), found.filter((effect) => !isGrave(effect))];
    return [grave, light].flatMap((some, index) => {
      const words = some.length === 0 ? null : sumWords(kind, some);
      return words === null ? [] : [{ words, grave: index === 0 }];
    });
  });
  return [...sums.filter(({ grave }) => grave), ...takeoverSum(changes), ...sums.filter(({ grave }) => !grave)];
}

// Who made them is told beside each; that it happens at all must not be looked for.
function takeoverSum(changes: readonly Change[]): readonly EffectSum[] {
  const number = changes.filter((change) => change.adopted && !isKeptBack(change)).length;
  if (number === 0) return [];
  return [
    { words: `takes over ${count(number, 'object')} that ${number === 1 ? 'lives' : 'live'} already`, grave: false },
  ];
}

/** null: it is told beside its object alone. */
function sumWords(kind: Effect['kind'], effects: readonly Effect[]): string | null {
  const number = effects.length;
  const counted = (one: string, many: string): string =>
    number === 1 ? one : many.replace('#', number.toLocaleString('en-US'));
  switch (kind) {
    case 'deletes-namespace':
      return counted('deletes a namespace and everything in it', 'deletes # namespaces and everything in them');
    case 'deletes-kind':
      return counted('deletes a kind and every object of it', 'deletes # kinds and every object of them');
    case 'drops-fields': {
      const objects = total(effects, (effect) =>
        effect.kind === 'drops-fields' && effect.whole ? effect.count : null,
      );
      return objects === null ? 'drops fields of objects' : `drops fields of ${count(objects, 'object')}`;
    }
    case 'deletes-data': {
      const claims =
        total(effects, (effect) => (effect.kind === 'deletes-data' ? (effect.claims?.count ?? 1) : 0)) ?? 0;
      if (claims === 1) return 'deletes a volume claim and its data';
      return `deletes ${claims.toLocaleString('en-US')} volume claims and their data`;
    }
    case 'leaves-volume':
      return counted('leaves a retained volume behind', 'leaves # retained volumes behind');
    case 'renames-claims':
      return counted('leaves the data of a workload behind', 'leaves the data of # workloads behind');
    case 'stops-pods':
      return podsSum('stops', effects);
    case 'restarts-pods':
      return `${podsSum('restarts', effects)}${effects.every(isGrave) ? ' at once' : ''}`;
    case 'ends-traffic':
      return counted('ends the traffic of a service or route', 'ends the traffic of # services or routes');
    case 'leaves-without':
      return counted('deletes what a workload still refers to', 'deletes # objects that workloads still refer to');
    case 'removes-key':
      return counted('removes a key that pods need', 'removes keys of # objects that pods need');
    case 'lacks':
      return counted('needs what is not there', '# objects need what is not there');
    case 'selects-nothing':
      return counted('an object selects no pods', '# objects select no pods');
    case 'leaves-services':
      return counted('takes pods from a service', 'takes the pods of # workloads from their services');
    case 'ends-exposure':
      return counted('closes a service to the outside', 'closes # services to the outside');
    case 'moves-hosts':
      return effects.every(isGrave) ? 'takes hosts away' : 'adds hosts';
    case 'moves-selector':
    case 'moves-backends':
      return counted('moves traffic', 'moves the traffic of # objects');
    case 'changes-ports':
      return counted('changes the ports of a service', 'changes the ports of # services');
    case 'grants':
    case 'binds':
      return counted('widens access', `widens access by # ${kind === 'grants' ? 'roles' : 'bindings'}`);
    case 'empowers-pods':
      return counted('gives the pods of a workload more power', 'gives the pods of # workloads more power');
    case 'exposes':
      return counted('opens a service to the outside', 'opens # services to the outside');
    case 'opens-network':
      return counted('allows more traffic', 'allows more traffic by # policies');
    case 'mounts-token':
      return counted('gives pods a token', 'gives the pods of # objects a token');
    case 'blocks-evictions':
      // A budget and its workload may both say so.
      return 'makes node drains wait';
    case 'frees-evictions':
      return counted('deletes a disruption budget', 'deletes # disruption budgets');
    case 'scales':
      return counted('scales a workload', 'scales # workloads');
    case 'sets-replicas':
    case 'restarts-later':
    case 'leaves-claims':
    case 'keeps-claims':
    case 'restarts-nothing':
    case 'moves-image':
    case 'runs-moving-tag':
      return null;
  }
}

// Where the pods of one are not to be known, the workloads are counted.
function podsSum(verb: string, effects: readonly Effect[]): string {
  const pods = total(effects, (effect) =>
    effect.kind === 'stops-pods' || effect.kind === 'restarts-pods' ? effect.pods : 0,
  );
  if (pods !== null) return `${verb} ${pods.toLocaleString('en-US')} ${pods === 1 ? 'pod' : 'pods'}`;
  return `${verb} the pods of ${effects.length === 1 ? 'one workload' : `${effects.length.toLocaleString('en-US')} workloads`}`;
}

function total(effects: readonly Effect[], amount: (effect: Effect) => number | null): number | null {
  let sum = 0;
  for (const effect of effects) {
    const one = amount(effect);
    if (one === null) return null;
    sum += one;
  }
  return sum;
}
