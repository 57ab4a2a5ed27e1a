import type { Effect } from '../../domain/effect.ts';
import { field } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { notShown } from '../../domain/plan.ts';
import type { RepositoryFacts } from '../../domain/repository.ts';
import type { Mask } from '../change/mask.ts';
import type { Judgement } from '../judgement.ts';
import { backendsOf } from './backends.ts';
import { labelsText } from './selector.ts';
import { portsOf, serviceSelector } from './service-effects.ts';

/**
 * Effects as people may read them: without known secret values and, where live values are not for everybody, without
 * what the cluster alone holds.
 */
export function maskedEffects(
  effects: readonly Effect[],
  judgement: Judgement,
  { mask, visibility }: { readonly mask: Mask; readonly visibility: RepositoryFacts['visibility'] },
): readonly Effect[] {
  if (visibility === 'private' && !judgement.adopted) return effects.map((effect) => masked(effect, everything(mask)));
  const { released, base, merged } = judgement.subject;
  const git = [released, base, merged].filter((one) => one !== null);
  const said = new Set(git.flatMap(textsOf));
  const replicas = git.map((one) => field(one, 'spec', 'replicas'));
  return effects.map((effect) =>
    masked(effect, {
      text: mask.text,
      live: (text) => (said.has(text) ? mask.text(text) : notShown),
      number: (value) => (value !== null && replicas.includes(value) ? value : null),
    }),
  );
}

interface Sight {
  /** What Git wants. */
  readonly text: (text: string) => string;
  /** What may live in the cluster alone. */
  readonly live: (text: string) => string;
  readonly number: (value: number | null) => number | null;
}

function everything({ text }: Mask): Sight {
  return { text, live: text, number: (value) => value };
}

function masked(effect: Effect, { text, live, number }: Sight): Effect {
  switch (effect.kind) {
    case 'restarts-pods':
    case 'stops-pods':
      return { ...effect, pods: number(effect.pods) };
    case 'scales':
    case 'sets-replicas':
      return { ...effect, from: number(effect.from) };
    case 'moves-image':
      return {
        ...effect,
        containers: effect.containers.map(text),
        from: live(effect.from),
        to: text(effect.to),
      };
    case 'runs-moving-tag':
      return { ...effect, images: effect.images.map(text) };
    case 'moves-selector':
      return { ...effect, from: live(effect.from), to: text(effect.to) };
    case 'changes-ports': {
      const moves = effect.moves.map(({ port, from, to }) => ({ port: text(port), from: live(from), to: text(to) }));
      return { ...effect, closes: effect.closes.map(live), opens: effect.opens.map(text), moves };
    }
    case 'moves-hosts':
      return { ...effect, gone: effect.gone.map(live), come: effect.come.map(text) };
    case 'moves-backends': {
      const moves = effect.moves.map(({ where, from, to }) => ({
        where: to === null ? live(where) : text(where),
        from: from === null ? null : live(from),
        to: to === null ? null : text(to),
      }));
      return { ...effect, moves };
    }
    case 'grants':
      return { ...effect, rules: effect.rules.map(text) };
    case 'binds':
      return { ...effect, subjects: effect.subjects.map(text), role: text(effect.role) };
    case 'empowers-pods':
      return { ...effect, powers: effect.powers.map(text) };
    case 'drops-fields':
      return { ...effect, fields: effect.fields.map(text) };
    case 'removes-key':
      return { ...effect, keys: effect.keys.map(text) };
    case 'renames-claims':
      return { ...effect, gone: effect.gone.map(text), come: effect.come.map(text) };
    case 'leaves-claims':
      return { ...effect, templates: effect.templates.map(text) };
    case 'restarts-later':
    case 'restarts-nothing':
    case 'deletes-data':
    case 'keeps-claims':
    case 'leaves-volume':
    case 'deletes-namespace':
    case 'deletes-kind':
    case 'leaves-without':
    case 'ends-traffic':
    case 'selects-nothing':
    case 'leaves-services':
    case 'ends-exposure':
    case 'lacks':
    case 'exposes':
    case 'mounts-token':
    case 'opens-network':
    case 'blocks-evictions':
    case 'frees-evictions':
      return effect;
  }
}

/** Everything that an effect may say of an object, as this version of it has it. */
function textsOf(object: JsonObject): readonly string[] {
  const ports = [...portsOf(object)].flat();
  const backends = [...backendsOf(object)].flat();
  return [...leavesOf(object), ...ports, ...backends, labelsText(serviceSelector(object) ?? {}), '*'];
}

function leavesOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((item: Json) => leavesOf(item));
  return isJsonObject(value) ? Object.values(value).flatMap(leavesOf) : [];
}
