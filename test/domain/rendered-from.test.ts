import { expect, it } from 'vitest';
import type { Manifest } from '../../src/domain/manifest.ts';
import { renderedFrom } from '../../src/domain/rendered-from.ts';
import type { Rendering } from '../../src/domain/rendering.ts';
import { configMap } from '../objects.ts';

const renderer = { kind: 'kustomize', version: 'v5.8.1' } as const;

function rendering(files: Readonly<Record<string, string | null>>): Rendering {
  const manifests = Object.entries(files).map(
    ([file, value]): Manifest => ({
      object: configMap(file, { value: value ?? '' }),
      origin: value === null ? null : { file, line: 1 },
    }),
  );
  return { id: JSON.stringify(files), renderer, manifests, passedOver: [], remarks: [] };
}

it('names the files in which something is added, changed or gone', () => {
  const base = rendering({ 'a.yaml': '1', 'b.yaml': '1', 'gone.yaml': '1' });
  const merged = rendering({ 'a.yaml': '2', 'b.yaml': '1', 'new.yaml': '1' });
  expect(renderedFrom(base, merged)).toEqual({
    renderer,
    manifests: 3,
    differing: ['a.yaml', 'gone.yaml', 'new.yaml'],
    more: 0,
  });
});

it('names the first of many, and counts the others', () => {
  const files = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`${index + 10}.yaml`, '1']));
  expect(renderedFrom(null, rendering(files))).toMatchObject({ differing: { length: 20 }, more: 5 });
});

it('names none where both are the same, where the renderer lost them, and where nothing is', () => {
  const same = rendering({ 'a.yaml': '1' });
  expect(renderedFrom(same, same)).toMatchObject({ manifests: 1, differing: [], more: 0 });
  expect(renderedFrom(rendering({ 'a.yaml': null }), rendering({ 'b.yaml': null }))).toMatchObject({ differing: [] });
  expect(renderedFrom(null, null)).toBeNull();
});
