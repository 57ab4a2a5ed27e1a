import { isJsonObject, type Json, sameJson, stringifyJson } from '../../domain/json.ts';
import { identityName } from '../../domain/manifest.ts';
import type { Change, PathChange } from '../../domain/plan.ts';
import { clip, singleLine } from '../text/visible-text.ts';
import { joined, type Words } from '../text/words.ts';
import { effectsOf, effectWords } from './effects.ts';

/** How much of the reason of an estimate stands in the summary. */
export const whyLimit = 200;

/** `update · Deployment shop/web` */
export function changeName(change: Change): string {
  return `${change.action} · ${identityName(change.identity)}`;
}

/** What the change is, shortly: `image 1.4.2 → 1.5.0, restarts its pods`. May be empty. */
export function changeWords(change: Change): Words {
  const words: Words[] = [];
  if (change.action === 'update' || change.action === 'replace') words.push(...fieldWords(change));
  if (change.adopted) words.push(['lives already, comes under Fairlead']);
  words.push(...effectsOf(change).map((effect): Words => [effectWords(effect)]));
  if (change.certainty.kind !== 'exact')
    words.push([`${change.certainty.kind}: ${clip(change.certainty.why, whyLimit)}`]);
  return joined(words, ', ');
}

/** A value in few characters; `undefined` is not there at all. */
export function valueText(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : stringifyJson(value);
  return clip(singleLine(text), 80);
}

/** `3 → 6`, `removed (was 3)`, `set to 6`. */
export function differenceWords({ before, after }: PathChange): Words {
  if (before === undefined) return ['set to ', { code: valueText(after) }];
  if (after === undefined) return ['removed (was ', { code: valueText(before) }, ')'];
  return [{ code: valueText(before) }, ' → ', { code: valueText(after) }];
}

function fieldWords(change: Change): readonly Words[] {
  const authored = change.paths.filter(({ causes }) => causes.includes('pull-request') || causes.includes('claim'));
  const paths = (authored.length > 0 ? authored : change.paths).filter(({ before, after }) => !sameJson(before, after));
  // An effect tells of the scaling already.
  const told = paths.filter(
    ({ path }) => path !== 'spec.replicas' || !effectsOf(change).some(({ kind }) => kind === 'scales'),
  );
  const shown = told.slice(0, 2).map((path) => fieldWord(path, change));
  return told.length > 2
    ? [...shown, [`${told.length - 2} more fields`.replace(/^1 more fields/, '1 more field')]]
    : shown;
}

function fieldWord(change: PathChange, { identity }: Change): Words {
  const { path, before, after } = change;
  if (path.endsWith('.image') && typeof before === 'string' && typeof after === 'string')
    return imageWords(before, after);
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

// The same repository at another tag is told by the tag alone.
function imageWords(before: string, after: string): Words {
  const [old, next] = [splitImage(before), splitImage(after)];
  if (old.repository !== next.repository || old.version === '' || next.version === '') {
    return ['image ', { code: clip(before, 80) }, ' → ', { code: clip(after, 80) }];
  }
  return ['image ', { code: clip(old.version, 40) }, ' → ', { code: clip(next.version, 40) }];
}

function splitImage(image: string): { readonly repository: string; readonly version: string } {
  const at = /^(.+?)(?::([^:/@]+))?(?:@(.+))?$/.exec(image);
  return { repository: at?.[1] ?? image, version: at?.[2] ?? at?.[3] ?? '' };
}

function isLarge(value: Json | undefined): boolean {
  return Array.isArray(value) || isJsonObject(value) || (typeof value === 'string' && value.length > 60);
}
