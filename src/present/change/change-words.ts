import { type Effect, isGrave } from '../../domain/effect.ts';
import { isJsonObject, type Json, sameJson, stringifyJson } from '../../domain/json.ts';
import { identityName } from '../../domain/manifest.ts';
import { type Change, notShown, type PathChange } from '../../domain/plan.ts';
import { clip, clippedLine } from '../text/visible-text.ts';
import { joined, type Words } from '../text/words.ts';
import { effectWords } from './effects.ts';

/** How much of the reason of an estimate stands in the summary. */
export const whyLimit = 200;

/** `update · Deployment shop/web` */
export function changeName(change: Change): string {
  return `${change.action} · ${clip(objectName(change), 300)}`;
}

/** `Deployment shop/web`; of namesakes the one that is not Kubernetes' own has its group: `Service.serving.knative.dev shop/web`. */
export function objectName({ identity, namesake }: Pick<Change, 'identity' | 'namesake'>): string {
  if (namesake !== true || identity.group === '') return identityName(identity);
  return identityName({ ...identity, kind: `${identity.kind}.${identity.group}` });
}

/** Follows what the change is, where no title above it says whose it is. */
export function notAuthoredWords({ fromPullRequest }: Pick<Change, 'fromPullRequest'>): string {
  return fromPullRequest ? '' : ' (not from this pull request)';
}

/** What the change is, shortly: `image 1.4.2 → 1.5.0, restarts its pods`. May be empty. */
export function changeWords(change: Change): Words {
  // What it runs stands first: that is what most changes are about. What must be looked at is not searched for behind fields.
  const first = change.effects.filter((effect) => effect.kind === 'moves-image' || isGrave(effect));
  const words: Words[] = first.map(effectWords);
  if (change.action === 'update' || change.action === 'replace') words.push(...fieldWords(change));
  words.push(...takeoverWords(change));
  words.push(...change.effects.filter((effect) => !first.includes(effect)).map(effectWords));
  if (change.certainty.kind !== 'exact')
    words.push([`${change.certainty.kind}: ${clip(change.certainty.why, whyLimit)}`]);
  return joined(words, ', ');
}

/** A value in few characters; `undefined` is not there at all. */
export function valueText(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : stringifyJson(value);
  return clippedLine(text, 80);
}

/** `adopted: labelled, fields of kubectl-client-side-apply are Git’s now`; at most one. */
function takeoverWords({ adopted, predecessors = [] }: Change): readonly Words[] {
  const fields: Words = predecessors.length === 0 ? [] : [`fields of ${predecessors.join(', ')} are Git’s now`];
  if (!adopted) return fields.length === 0 ? [] : [fields];
  return [
    joined(
      [['adopted: labelled'], fields].filter((part) => part.length > 0),
      ', ',
    ),
  ];
}

/** `3 → 6`, `removed (was 3)`, `set to 6`. */
export function differenceWords({ before, after }: PathChange): Words {
  if (before === undefined) return ['set to ', { code: valueText(after) }];
  if (after === undefined)
    return before === notShown ? ['removed'] : ['removed (was ', { code: valueText(before) }, ')'];
  return [{ code: valueText(before) }, ' → ', { code: valueText(after) }];
}

function fieldWords(change: Change): readonly Words[] {
  const authored = change.paths.filter(({ causes }) => causes.includes('pull-request') || causes.includes('claim'));
  const paths = (authored.length > 0 ? authored : change.paths).filter(({ before, after }) => !sameJson(before, after));
  const told = paths.filter(({ path }) => !isTold(path, change));
  const shown = told.slice(0, 2).map((path) => fieldWord(path, change));
  return told.length > 2
    ? [...shown, [`${told.length - 2} more fields`.replace(/^1 more fields/, '1 more field')]]
    : shown;
}

/** Whether an effect says what becomes of the field. */
function isTold(path: string, { effects }: Change): boolean {
  const isSaid = (...kinds: readonly Effect['kind'][]): boolean => effects.some(({ kind }) => kinds.includes(kind));
  if (path === 'spec.replicas') return isSaid('scales', 'sets-replicas', 'stops-pods');
  if (path.endsWith('.image')) return isSaid('moves-image');
  if (path.startsWith('spec.selector.')) return isSaid('moves-selector');
  if (path.startsWith('spec.ports')) return isSaid('changes-ports');
  if (path.startsWith('spec.rules[host=')) return effects.some((effect) => isOfMovedHost(path, effect));
  return path.startsWith('rules') && isSaid('grants');
}

/** Whether the field is of a rule that comes or goes with its host. */
function isOfMovedHost(path: string, effect: Effect): boolean {
  if (effect.kind !== 'moves-hosts') return false;
  return [...effect.gone, ...effect.come].some((host) => path.startsWith(`spec.rules[host=${host}]`));
}

function fieldWord(change: PathChange, { identity }: Change): Words {
  const { path, before, after } = change;
  const key = /^(?:data|stringData|binaryData)(?:\.([^.[]+)|\["(.+)"\])$/
    .exec(path)
    ?.slice(1)
    .find((part) => part !== undefined);
  if (key !== undefined && (identity.kind === 'Secret' || identity.kind === 'ConfigMap')) {
    const verb = before === undefined ? ' is added' : after === undefined ? ' is removed' : ' changes';
    return ['key ', { code: key }, verb];
  }
  if (isLarge(before) || isLarge(after))
    return [{ code: path }, before === undefined ? ' is added' : after === undefined ? ' is removed' : ' changes'];
  return [{ code: path }, ' ', ...differenceWords(change)];
}

function isLarge(value: Json | undefined): boolean {
  return Array.isArray(value) || isJsonObject(value) || (typeof value === 'string' && value.length > 60);
}
