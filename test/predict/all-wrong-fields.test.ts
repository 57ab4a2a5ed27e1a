import { expect, it } from 'vitest';
import type { ApplyOutcome, Refusal } from '../../src/domain/prediction.ts';
import { allWrongFields } from '../../src/predict/all-wrong-fields.ts';
import { object } from '../objects.ts';

const known = ['apiVersion', 'kind', 'metadata', 'spec', 'name', 'containers'];

/** Names the first member that it does not know, as the API server does of each struct. */
function firstWrong(value: unknown, at: string): string | null {
  if (Array.isArray(value)) {
    return value.map((item, index) => firstWrong(item, `${at}[${index}]`)).find((found) => found !== null) ?? null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) return `${at}.${unknown}`.slice(1);
  const found = Object.entries(value).map(([name, member]) => firstWrong(member, `${at}.${name}`));
  return found.find((one) => one !== null) ?? null;
}

function refused(field: string | null): Refusal {
  return { reason: 'unknown-field', message: 'all of it', causes: [{ field, message: 'not declared' }] };
}

it('All fields that the API server does not know are named, although each answer names one', async () => {
  const manifest = object('v1', 'Pod', 'p', { spec: { nam: 1, naem: 2, containers: [{ name: 'a' }, { imgae: 'x' }] } });
  let asked = 0;
  const ask = async (one: typeof manifest): Promise<ApplyOutcome> => {
    asked += 1;
    const field = firstWrong(one, '');
    return field === null
      ? { kind: 'accepted', object: one, warnings: [] }
      : { kind: 'refused', refusal: refused(field) };
  };
  const all = await allWrongFields(refused(firstWrong(manifest, '')), manifest, ask);
  expect(all.causes.map(({ field }) => field)).toEqual(['spec.nam', 'spec.naem', 'spec.containers[1].imgae']);
  expect(asked).toBe(3);
});

it('What names no field, or one that is not there, is asked about once', async () => {
  const ask = async (): Promise<ApplyOutcome> => {
    throw new Error('asked again');
  };
  const manifest = object('v1', 'Pod', 'p', {});
  for (const refusal of [refused(null), refused('spec.gone'), { ...refused('kind'), reason: 'denied' as const }]) {
    expect(await allWrongFields(refusal, manifest, ask)).toEqual(refusal);
  }
});
