import { isJsonObject, type Json, type JsonObject, sameJson } from '../../domain/json.ts';
import type { Identity } from '../../domain/manifest.ts';
import type { Path } from '../fields/path.ts';
import { hidden } from './mask.ts';

/** Where an object holds what nobody reads. */
interface Place {
  /** Names of members on the way to a map of values; `*`: each item of a list. */
  readonly steps: readonly string[];
  /** Which of the values. */
  readonly hides: (value: Json | undefined) => boolean;
}

type Kind = Pick<Identity, 'group' | 'kind'>;

type Word = 'before' | 'after';

/** Both sides of an object without what is opaque in it: which keys change can be seen, and nothing of what is in them. */
export function withoutOpaque(
  kind: Kind,
  before: JsonObject | null,
  after: JsonObject | null,
): { readonly before: JsonObject | null; readonly after: JsonObject | null } {
  const places = placesOf(kind);
  if (places.length === 0) return { before, after };
  const side = (object: JsonObject | null, other: JsonObject | null, word: Word): JsonObject | null => {
    if (object === null) return null;
    const seen = places.reduce<Json>((value, place) => hideAt(value, other ?? undefined, place, word), object);
    return isJsonObject(seen) ? seen : {};
  };
  return { before: side(before, after, 'before'), after: side(after, before, 'after') };
}

/** One side of a path that differs, without what is opaque in it. */
export function opaqueValue(kind: Kind, path: Path, value: Json, word: Word): Json {
  return placesOf(kind).reduce<Json>((shown, { steps, hides }) => {
    const length = Math.min(steps.length, path.length);
    if (!path.slice(0, length).every((segment, at) => fits(steps[at], segment))) return shown;
    if (path.length > steps.length) return hides(value) ? changed(word) : shown;
    return hideAt(shown, undefined, { steps: steps.slice(length), hides }, word);
  }, value);
}

/** Whether it holds secret values by its name, in the core group or in anybody's. */
export function isSecretKind({ kind }: Pick<Identity, 'kind'>): boolean {
  return kind === 'Secret';
}

const allOf = (...steps: readonly string[]): Place => ({ steps, hides: () => true });

const ofSecret: readonly Place[] = [
  allOf('data'),
  allOf('stringData'),
  // Where tools keep a copy of the whole manifest.
  { steps: ['metadata', 'annotations'], hides: (value) => typeof value === 'string' && /^\s*[[{]/.test(value) },
];

/** What is encrypted or made elsewhere, and what templates of Secrets say. */
const ofKinds: Readonly<Record<string, readonly Place[]>> = {
  // github.com/bitnami-labs/sealed-secrets
  'bitnami.com/SealedSecret': [
    allOf('spec', 'encryptedData'),
    allOf('spec', 'data'),
    allOf('spec', 'template', 'data'),
  ],
  // external-secrets.io/latest/api/spec
  'external-secrets.io/ExternalSecret': [allOf('spec', 'target', 'template', 'data')],
  'external-secrets.io/ClusterExternalSecret': [allOf('spec', 'externalSecretSpec', 'target', 'template', 'data')],
  'external-secrets.io/PushSecret': [allOf('spec', 'template', 'data')],
  'external-secrets.io/SecretStore': [allOf('spec', 'provider', 'fake', 'data', '*', 'value')],
  'external-secrets.io/ClusterSecretStore': [allOf('spec', 'provider', 'fake', 'data', '*', 'value')],
  'generators.external-secrets.io/Fake': [allOf('spec', 'data')],
  // github.com/isindir/sops-secrets-operator
  'isindir.github.com/SopsSecret': [
    allOf('spec', 'secretTemplates', '*', 'data'),
    allOf('spec', 'secretTemplates', '*', 'stringData'),
    allOf('sops'),
  ],
};

function placesOf(kind: Kind): readonly Place[] {
  return isSecretKind(kind) ? ofSecret : (ofKinds[`${kind.group}/${kind.kind}`] ?? []);
}

function fits(step: string | undefined, segment: Path[number] | undefined): boolean {
  return step === '*' ? typeof segment !== 'string' : step === segment;
}

function hideAt(value: Json, other: Json | undefined, { steps, hides }: Place, word: Word): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return hide(value, other, hides, word);
  if (step === '*') {
    if (!Array.isArray(value)) return value;
    const others: readonly Json[] = Array.isArray(other) ? other : [];
    return value.map((item: Json, at) =>
      hideAt(item, twinOf(item, others) ?? others[at], { steps: rest, hides }, word),
    );
  }
  const member = isJsonObject(value) ? value[step] : undefined;
  if (!isJsonObject(value) || member === undefined) return value;
  const twin = isJsonObject(other) ? other[step] : undefined;
  return { ...value, [step]: hideAt(member, twin, { steps: rest, hides }, word) };
}

function twinOf(item: Json, others: readonly Json[]): Json | undefined {
  const name = isJsonObject(item) ? item['name'] : undefined;
  return name === undefined ? undefined : others.find((one) => isJsonObject(one) && one['name'] === name);
}

/** By key, where there are keys. */
function hide(values: Json, others: Json | undefined, hides: Place['hides'], word: Word): Json {
  if (!isJsonObject(values)) return mark(values, others, word);
  const other = isJsonObject(others) ? others : {};
  const members = Object.entries(values).map(([key, value]) => {
    return [key, value !== undefined && hides(value) ? mark(value, other[key], word) : value] as const;
  });
  return Object.fromEntries(members);
}

function mark(value: Json, other: Json | undefined, word: Word): string {
  return other === undefined || sameJson(value, other) ? hidden : changed(word);
}

/** That it changes, and no more. */
function changed(word: Word): string {
  return `${hidden} (${word})`;
}
