import type {
  Contents,
  CustomResources,
  DroppedFields,
  GoesWith,
  MadeClaims,
  Unplanned,
  Volume,
} from '../../domain/goes-with.ts';
import { identityName } from '../../domain/manifest.ts';
import { count, list } from '../text/markdown.ts';

/** What comes or goes with an object, as a sentence without Markdown. */
export function goesWithWords(goesWith: GoesWith): string {
  switch (goesWith.kind) {
    case 'contents':
      return contentsWords(goesWith);
    case 'custom-resources':
      return resourcesWords(goesWith);
    case 'dropped-fields':
      return droppedWords(goesWith);
    case 'volume':
      return volumeWords(goesWith);
    case 'made-claims':
      return claimsWords(goesWith);
  }
}

/** How many kinds are listed. */
const kindsListed = 8;

function contentsWords({ counts, unplanned, unread }: Contents): string {
  if (unread === 'everything') return 'What is in it cannot be read.';
  const total = counts.reduce((sum, one) => sum + one.count, 0);
  const kinds = list(
    counts.map((one) => `${one.count.toLocaleString('en-US')} ${one.kind}`),
    kindsListed,
  );
  const what =
    total === 0 ? 'Nothing of note is in it.' : `With it ${goes(total)} ${count(total, 'object')}: ${kinds}.`;
  const unseen = unread.length === 0 ? '' : ` Not counted, for they may not be read: ${list(unread, kindsListed)}.`;
  return `${what}${unplannedWords(unplanned)}${unseen}`;
}

function resourcesWords(resources: CustomResources): string {
  const { of, count: total, namespaces, outside, unplanned, whole } = resources;
  const where = namespaces === 0 ? '' : ` in ${count(namespaces, 'namespace')}`;
  const known = whole ? '' : ', counted only where they may be read';
  if (total === 0) return `There is no object of its kind${known}.`;
  const others =
    outside === 0
      ? ''
      : ` ${outside.toLocaleString('en-US')} of them ${are(outside)} in namespaces that are not this environment’s.`;
  const what = `With it ${goes(total)} ${count(total, `object of kind ${of}`, `objects of kind ${of}`)}${where}${known}.`;
  return `${what}${others}${unplannedWords(unplanned)}`;
}

/** How many fields are listed. */
const fieldsListed = 20;

function droppedWords({ of, fields, count: total, outside, whole }: DroppedFields): string {
  const listed = list(fields, fieldsListed);
  if (!whole) {
    return `Objects of kind ${of} may lose ${listed}, and ${total.toLocaleString('en-US')} of those that may be read ${total === 1 ? 'does' : 'do'}: read without at once, and gone for good with the next write to each.`;
  }
  const others =
    outside === 0
      ? ''
      : ` ${outside.toLocaleString('en-US')} of them ${are(outside)} in namespaces that are not this environment’s.`;
  const what = count(total, `object of kind ${of} loses`, `objects of kind ${of} lose`);
  return `${what} ${listed}: read without at once, and gone for good with the next write to each.${others}`;
}

function volumeWords({ size, storageClass, bound, reclaimPolicy }: Volume): string {
  const what = [
    size ?? 'a size that is not known',
    storageClass === null ? 'no storage class' : `storage class ${storageClass}`,
  ];
  const volume = bound === null ? 'its volume' : `its volume (${bound})`;
  const has = `It has ${what.join(', ')}`;
  if (reclaimPolicy === 'Delete') return `${has}; ${volume} is deleted with it.`;
  if (reclaimPolicy === 'Retain') return `${has}; ${volume} is retained, and has to be bound again by hand.`;
  return `${has}; what becomes of ${volume} may not be read.`;
}

function claimsWords({ count: total, names, templates }: MadeClaims): string {
  const rest = total - names.length;
  const named = `${names.join(', ')}${rest === 0 ? '' : ` and ${rest.toLocaleString('en-US')} more`}`;
  const each = new Set(
    templates.map(
      ({ size, storageClass }) => `${size ?? 'no size'}${storageClass === null ? '' : ` of class ${storageClass}`}`,
    ),
  );
  return `It makes ${count(total, 'volume claim')} of ${[...each].join(' and ')}: ${named}.`;
}

function unplannedWords({ count: total, names }: Unplanned): string {
  if (total === 0) return '';
  const rest = total - names.length;
  const more = rest === 0 || names.length === 0 ? '' : ` and ${rest.toLocaleString('en-US')} more`;
  const named = names.length === 0 ? '' : `: ${names.map(identityName).join(', ')}${more}`;
  return ` ${total.toLocaleString('en-US')} of them ${are(total)} not in this plan${named}.`;
}

function are(total: number): string {
  return total === 1 ? 'is' : 'are';
}

function goes(total: number): string {
  return total === 1 ? 'goes' : 'go';
}
