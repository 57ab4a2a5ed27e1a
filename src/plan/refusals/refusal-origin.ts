import type { Manifest, Origin } from '../../domain/manifest.ts';
import { manifestLine } from '../../domain/manifest-line.ts';
import type { Fault } from '../../domain/plan.ts';
import type { Refusal } from '../../domain/prediction.ts';
import { namedPosition } from '../fields/named-field.ts';
import { refusalText } from './refusal-text.ts';

/** Where in Git the first field stands that the API server names in a refusal, or as near to it as Git has something. */
export function refusalOrigin(manifest: Manifest, refusal: Refusal): Origin | null {
  const field = refusal.causes.find((cause) => cause.field !== null)?.field;
  return manifest.origin === null || field === null || field === undefined
    ? manifest.origin
    : fieldOrigin(manifest, manifest.origin, field);
}

/** Everything that the API server names in a refusal, each where it stands; empty: it names no more than one field. */
export function refusalFaults(manifest: Manifest, refusal: Refusal, aboutSecret: boolean): readonly Fault[] {
  const { origin } = manifest;
  if (origin === null) return [];
  const faults = new Map<string, Fault>();
  for (const cause of refusal.causes) {
    const message = refusalText({ ...refusal, message: cause.message, causes: [cause] }, aboutSecret);
    const fault = { origin: cause.field === null ? origin : fieldOrigin(manifest, origin, cause.field), message };
    faults.set(JSON.stringify(fault), fault);
  }
  return faults.size < 2 ? [] : [...faults.values()];
}

function fieldOrigin(manifest: Manifest, origin: Origin, field: string): Origin {
  let place = `.${field}`;
  for (;;) {
    const position = namedPosition(manifest.object, place);
    if (position !== null) return { ...origin, line: manifestLine(manifest, position) };
    const last = lastPart(place);
    if (last === -1) return origin;
    place = place.slice(0, last);
  }
}

/** Where the last part of a path begins, a `.name` or a `[key]`; -1: it ends with neither. */
function lastPart(place: string): number {
  if (place.endsWith(']')) {
    const open = place.indexOf('[', place.lastIndexOf(']', place.length - 2) + 1);
    if (open !== -1) return open;
  }
  const dot = place.lastIndexOf('.');
  return place.indexOf('[', dot) === -1 ? dot : -1;
}
